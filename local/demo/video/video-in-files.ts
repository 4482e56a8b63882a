import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { localPathOf } from '../../../platform/video-files.ts';
import type { FileStorage } from '../demo-stores.ts';
import { originalKeyOf, type Sizes } from './video-content.ts';
import { segmentBody, videoKeys } from './video-keys.ts';

/** How many frames the unfinished processing has left behind. */
const FRAMES = 5;

/**
 * Writes a video into the platform's folders: into every place where the layout keeps data of a video. One of its files
 * is a link to a target outside of the folders.
 */
export async function writeFileVideo(storage: FileStorage, videoId: string, { objects }: Sizes): Promise<void> {
  const { uploads, processing, outside } = storage;
  const body = segmentBody(videoId);
  const processed = [...videoKeys(videoId, objects), originalKeyOf(videoId)].map(localPathOf);
  const others = [
    `originals/${videoId}.mp4`,
    `processed/${videoId}/playlist.m3u8`,
    `processed/${videoId}/notes/1.json`,
  ];
  await writeFiles(uploads, [...processed, ...others], body);
  await writeFiles(processing, framesOf(videoId), body);

  const shared = join(outside, videoId);
  await writeFiles(shared, ['watermark.png'], 'Belongs to everybody.\n');
  await symlink(shared, join(uploads, 'processed', videoId, 'shared'));
}

/** Writes the body into each file below the root, and creates missing folders. */
export async function writeFiles(root: string, paths: readonly string[], body: string): Promise<void> {
  const files = paths.map((path) => join(root, path));
  for (const folder of new Set(files.map(dirname))) await mkdir(folder, { recursive: true });
  await Promise.all(files.map((file) => writeFile(file, body)));
}

function framesOf(videoId: string): string[] {
  return Array.from({ length: FRAMES }, (_, n) => `${videoId}/frames/${n + 1}.png`);
}
