import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import { createLocalFiles } from '../../functions/stores/files/local-files.ts';
import type { StorageUnderTest } from '../contracts/video-objects.ts';

export type LocalDisk = StorageUnderTest & { folder: string; uploads: string; processing: string };

const BODY = 'video';
const OTHER_ID = parseVideoId('0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c12');

/** The adapter on a new folder that holds both roots, and the means to fill it. Names are paths below that folder. */
export async function startLocalDisk(): Promise<LocalDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'local-disk-'));
  const [uploads, processing] = [join(folder, 'uploads'), join(folder, 'processing')];
  await mkdir(uploads);
  const put = async (name: string) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), BODY);
  };
  return {
    folder,
    uploads,
    processing,
    objects: createLocalFiles({ uploads, processing }),
    put,
    fill: async (videoId) => {
      const names = namesOf(videoId);
      for (const name of names) await put(name);
      return { files: names.length, bytes: names.length * BODY.length };
    },
    neighbours,
    names: async () => namesIn(folder, ''),
    obstruct: () => replaceByFile(join(uploads, 'originals')),
    close: () => rm(folder, { recursive: true }),
  };
}

/** What `fill` puts for a video. */
export const namesOf = (videoId: VideoId) => [
  `uploads/${videoId}.mp4`,
  `uploads/${videoId}.jpg`,
  `uploads/originals/${videoId}.mov`,
  `uploads/processed/videos_${videoId}_playlist.m3u8`,
  `uploads/processed/videos_${videoId}_720p_${videoId}_001.ts`,
  ...Array.from({ length: 120 }, (_, n) => `uploads/processed/${videoId}/720p/${n}.ts`),
  `processing/${videoId}/input.mp4`,
  `processing/${videoId}/a/b/c/frame.png`,
];

const neighbours = (videoId: VideoId) => [
  `uploads/${videoId}x.mp4`,
  `uploads/x${videoId}.mp4`,
  `uploads/${videoId}`,
  `uploads/${videoId.toUpperCase()}.mp4.txt`,
  `uploads/originals/${videoId}x.mov`,
  `uploads/originals/x/${videoId}.mov`,
  `uploads/processed/videos_${videoId}`,
  `uploads/processed/videos_${videoId}x_playlist.m3u8`,
  `uploads/processed/video_${videoId}_playlist.m3u8`,
  `uploads/processed/${videoId}x/720p/0.ts`,
  `uploads/processed/${OTHER_ID}/${videoId}.ts`,
  `uploads/${OTHER_ID}.mp4`,
  `processing/${videoId}x/input.mp4`,
  `processing/${videoId}.mp4`,
];

/** Files and links below a folder. */
function namesIn(folder: string, name: string): string[] {
  return readdirSync(join(folder, name), { withFileTypes: true }).flatMap((entry) => {
    const path = join(name, entry.name);
    return entry.isDirectory() ? namesIn(folder, path) : [path];
  });
}

/** Puts a file where a folder was; returns how to undo that. */
async function replaceByFile(folder: string): Promise<() => Promise<void>> {
  await rename(folder, `${folder}.aside`);
  await writeFile(folder, '');
  return async () => {
    await rm(folder);
    await rename(`${folder}.aside`, folder);
  };
}
