import { feedPagesKeyOf, goneKeyOf } from '../../functions/deletion/data-map/data-map.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import type { ReadCache } from './read-cache.ts';

/** An entry to cache. `seconds` is its lifetime. */
export type Entry = { key: string; value: string; seconds: number };

/**
 * The videos among these that have a fence: a deletion has hidden them. A row that was read before the fence was set
 * may still show such a video, so every reader checks the fences before it answers.
 */
export async function goneAmong(cache: ReadCache, videoIds: readonly string[]): Promise<Set<string>> {
  const gone = await Promise.all(videoIds.map((id) => cache.exists(goneKeyOf(parseVideoId(id)))));
  return new Set(videoIds.filter((_, index) => gone[index]));
}

/**
 * Caches entries that show the videos. Then it checks the fences again, and deletes the entries if a fence was set in
 * the meantime. A deletion sets its fence before it invalidates: it finds every entry that was written before, and this
 * deletes every entry that was written after.
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
 * Adds a feed page to the list of every video on it, so that a deletion finds the page. The list is written before the
 * page and lives twice as long, because a page in no list would outlive its video.
 */
export async function listPage(cache: ReadCache, { key, seconds }: Entry, videoIds: readonly string[]): Promise<void> {
  await Promise.all(videoIds.map((id) => cache.addToSet(feedPagesKeyOf(parseVideoId(id)), key, 2 * seconds)));
}

/** Takes a deleted page off the lists of the videos that are gone. Redis deletes a list with its last page. */
export async function unlistPage(cache: ReadCache, pageKey: string, videoIds: Iterable<string>): Promise<void> {
  await Promise.all([...videoIds].map((id) => cache.removeFromSet(feedPagesKeyOf(parseVideoId(id)), pageKey)));
}
