import { readdir, readFile } from 'node:fs/promises';

const MEDIA = new URL('../media/', import.meta.url);

/** The lengths of the sample clip's four segments, in seconds. A longer video repeats the clip. */
const CLIP_SECONDS = [2, 2, 2, 1] as const;

/** The index in the clip (from 0) of the segment with this number (from 1). */
export function placeInClip(number: number): number {
  return (number - 1) % CLIP_SECONDS.length;
}

/** The length of the segment with this number (from 1), in seconds. */
export function segmentSeconds(number: number): number {
  return CLIP_SECONDS[placeInClip(number)] ?? 0;
}

/** An MPEG-TS segment that plays. */
export function readSegment(rendition: string, number: number): Promise<Buffer> {
  return readFile(new URL(`stream/${rendition}/video_00${placeInClip(number) + 1}.mpegts`, MEDIA));
}

/** The playlist of the whole video (RFC 8216): one line for each rendition's own playlist. */
export async function readMasterPlaylist(videoId: string): Promise<string> {
  const playlist = await readFile(new URL('stream/playlist.m3u8', MEDIA), 'utf8');
  return playlist.replaceAll('/video.m3u8', `/${videoId}.m3u8`);
}

/** A JPEG, always the same one for the same video. */
export async function readThumbnail(videoId: string): Promise<Buffer> {
  const pictures = (await readdir(new URL('thumbnails/', MEDIA))).sort();
  const picture = pictures[Number.parseInt(videoId.slice(-4), 16) % pictures.length] ?? pictures[0];
  return readFile(new URL(`thumbnails/${picture}`, MEDIA));
}
