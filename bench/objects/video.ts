import type { StorageTarget } from '../../functions/deletion/ports.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';

export const BUCKET = 'videos';
const videoId = parseVideoId('0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11');
/** A video without objects. Every way calls the store for it once before it is measured. */
const nothingId = parseVideoId('0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c12');

const targetOf = (id: typeof videoId): StorageTarget => ({ videoId: id, prefix: `videos/${id}/`, strayKeys: [] });
export const TARGET = targetOf(videoId);
export const NOTHING = targetOf(nothingId);

/** Keys that almost look like the video's. */
export const NEIGHBOURS = [`videos/${videoId}`, `videos/${videoId}x/playlist.m3u8`, `videos/${videoId}.mp4`];

const RENDITIONS = ['1080p', '720p', '480p', '360p'];

/** The keys of an HLS video: a playlist, and the same number of segments in each of four renditions. */
export function* hlsKeys(count: number): Generator<string> {
  const { prefix } = TARGET;
  yield `${prefix}playlist.m3u8`;
  for (let number = 0; number < count - 1; number += 1) {
    const rendition = RENDITIONS[number % RENDITIONS.length];
    const segment = String(Math.floor(number / RENDITIONS.length)).padStart(6, '0');
    yield `${prefix}${rendition}/${videoId}_${segment}.ts`;
  }
}
