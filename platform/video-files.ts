import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

const MEDIA = join(import.meta.dirname, 'media');
const RENDITIONS = ['720p', '480p'];

const CONTENT_TYPES: Record<string, string> = {
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.ts': 'video/mp2t',
  '.jpg': 'image/jpeg',
  '.mp4': 'video/mp4',
  '.json': 'application/json',
};

/** The pictures in `media/thumbnails`, by name. */
export const THUMBNAILS = [
  'harbour',
  'alps',
  'wheat',
  'rain',
  'snow',
  'desert',
  'volcano',
  'fjord',
  'forest',
  'blossom',
  'aurora',
  'autumn',
] as const;
export type Thumbnail = (typeof THUMBNAILS)[number];

/** `s3`: keys of the bucket. `local`: paths below `UPLOADS_DIR`. */
export type Layout = 's3' | 'local';

/** The content type of a video's file, by the extension of its name. */
export function contentTypeOf(key: string): string {
  return CONTENT_TYPES[extname(basename(key))] ?? 'application/octet-stream';
}

export type VideoFile = { key: string; body: Buffer; contentType: string };

/**
 * Everything that storage holds of a video that is ready: the upload, the playlists, the segments and the thumbnail.
 */
export function videoFiles(videoId: string, options: { thumbnail: Thumbnail; layout?: Layout }): VideoFile[] {
  const files = [uploadedFile(videoId), ...renderedFiles(videoId, options.thumbnail)];
  if (options.layout !== 'local') return files;
  return [...files.map((file) => ({ ...file, key: localPathOf(file.key) })), ...workingFiles(videoId)];
}

/** What storage holds before a video has been processed, under the key in its `url_mp4`. */
export function uploadedFile(videoId: string): VideoFile {
  return fileAt(`uploads/${videoId}.mp4`, readFileSync(join(MEDIA, 'original.mp4')));
}

/** The path below `UPLOADS_DIR` where the local layout keeps the object `key`: one flat folder with safe names. */
export function localPathOf(key: string): string {
  if (key.startsWith('uploads/')) return key.slice('uploads/'.length);
  return key.startsWith('videos/') ? `processed/${key.replaceAll('/', '_')}` : key;
}

function renderedFiles(videoId: string, thumbnail: Thumbnail): VideoFile[] {
  const prefix = `videos/${videoId}`;
  const picture = readFileSync(join(MEDIA, 'thumbnails', `${thumbnail}.jpg`));
  return [
    fileAt(`${prefix}/playlist.m3u8`, playlistOf(videoId, join(MEDIA, 'stream', 'playlist.m3u8'))),
    fileAt(`${prefix}/thumbnail.jpg`, picture),
    ...RENDITIONS.flatMap((rendition) => renditionFiles(videoId, rendition)),
  ];
}

function renditionFiles(videoId: string, rendition: string): VideoFile[] {
  const folder = join(MEDIA, 'stream', rendition);
  return readdirSync(folder).map((name) => {
    const key = `videos/${videoId}/${rendition}/${namedAfter(videoId, name)}`;
    const source = join(folder, name);
    return fileAt(key, extname(name) === '.m3u8' ? playlistOf(videoId, source) : readFileSync(source));
  });
}

/** Files that only a local platform has: the original under its own name, and notes of the processing. */
function workingFiles(videoId: string): VideoFile[] {
  const notes = { videoId, renditions: RENDITIONS };
  return [
    fileAt(`originals/${videoId}.mp4`, readFileSync(join(MEDIA, 'original.mp4'))),
    fileAt(`processed/${videoId}/renditions.json`, Buffer.from(JSON.stringify(notes))),
  ];
}

function playlistOf(videoId: string, source: string): Buffer {
  return Buffer.from(namedAfter(videoId, readFileSync(source, 'utf8')));
}

/** Replaces `video` in the names of the committed media by the id, and gives segments their usual extension. */
function namedAfter(videoId: string, text: string): string {
  return text
    .replaceAll(/\bvideo(_\d+)\.mpegts\b/g, `${videoId}$1.ts`)
    .replaceAll(/\bvideo\.m3u8\b/g, `${videoId}.m3u8`);
}

function fileAt(key: string, body: Buffer): VideoFile {
  return { key, body, contentType: contentTypeOf(key) };
}
