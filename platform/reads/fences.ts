import { feedPagesKeyOf, goneKeyOf } from '../../functions/deletion/data-map/data-map.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import type { ReadCache } from './read-cache.ts';

/** What a reader is about to keep. `seconds`: how long it lives. */
export type Entry = { key: string; value: string; seconds: number };

/**
 * Those of the videos that a fence stands for: a deletion has hidden them. A row that was read before the fence went up may
 * still show such a video, so every reader asks before it answers.
 */
export async function goneAmong(cache: ReadCache, videoIds: readonly string[]): Promise<Set<string>> {
  const gone = await Promise.all(videoIds.map((id) => cache.exists(goneKeyOf(parseVideoId(id)))));
  return new Set(videoIds.filter((_, index) => gone[index]));
}

/**
 * Keeps entries that show the videos, then looks at the fences again and takes the entries back if one went up meanwhile. A
 * deletion raises its fence before it invalidates: whatever is written before, it finds; whatever is written after, goes here.
 * @returns the videos that are gone by now
 */
export async function keepBehindFences(
  cache: ReadCache,
  entries: readonly Entry[],
  videoIds: readonly string[],
): Promise<Set<string>> {
  await Promise.all(entries.map(({ key, value, seconds }) => cache.set(key, value, seconds)));
  const gone = await goneAmong(cache, videoIds);
  if (gone.size > 0) await Promise.all(entries.map(({ key }) => cache.unlink(key)));
  return gone;
}

/**
 * Notes a feed page with every video on it, for a deletion to find. Before the page itself is written, and for twice as long as
 * it lives: a page that nobody lists would outlive its video.
 */
export async function listPage(cache: ReadCache, { key, seconds }: Entry, videoIds: readonly string[]): Promise<void> {
  await Promise.all(videoIds.map((id) => cache.addToSet(feedPagesKeyOf(parseVideoId(id)), key, 2 * seconds)));
}

/** Takes a page that was taken back off the lists of videos that are gone; a list ends with its last page. */
export async function unlistPage(cache: ReadCache, pageKey: string, videoIds: Iterable<string>): Promise<void> {
  await Promise.all([...videoIds].map((id) => cache.removeFromSet(feedPagesKeyOf(parseVideoId(id)), pageKey)));
}
