import { type Entry, goneAmong, keepBehindFences, listPage, unlistPage } from './fences.ts';
import { askCache, type ReadCache } from './read-cache.ts';
import type { Page } from './video.ts';

export type CachedPage<Item> = {
  key: string;
  /** How long the page may stay in the cache. */
  seconds: number;
  /**
   * True when the page is added to the list of pages of each video on it. A page whose key is derived from the owner's
   * id does not need this.
   */
  isListed: boolean;
  /** Reads the page from the database. `mayKeep` is false when an undo could change the page soon. */
  load(): Promise<{ page: Page<Item>; mayKeep: boolean }>;
};

/**
 * A page of videos from the cache, or else from the database. As soon as a deletion has set its fence, the page no
 * longer shows that video, even if the copy is old or the reader is slow. A page that lost a video in this way is not
 * cached, because an undo brings the video back.
 */
export async function readCachedPage<Item extends { id: string }>(
  cache: ReadCache | undefined,
  source: CachedPage<Item>,
): Promise<Page<Item>> {
  const kept = await askCache(cache, async (it) => ({ page: await findPage<Item>(it, source.key) }));
  if (kept?.page) return kept.page;
  const { page, mayKeep } = await source.load();
  // `undefined` means that the cache is down. Another request would only make the caller wait again.
  if (!kept) return page;
  return (await askCache(cache, (it) => showPage(it, source, page, mayKeep))) ?? page;
}

/** A page that is not cached, without the videos that have a fence. */
export async function leaveOutGone<Item extends { id: string }>(
  cache: ReadCache | undefined,
  page: Page<Item>,
): Promise<Page<Item>> {
  return (await askCache(cache, async (it) => without(page, await goneAmong(it, idsOn(page))))) ?? page;
}

async function findPage<Item extends { id: string }>(cache: ReadCache, key: string): Promise<Page<Item> | undefined> {
  const kept = await cache.get(key);
  if (!kept) return undefined;
  const page: Page<Item> = JSON.parse(kept);
  return without(page, await goneAmong(cache, idsOn(page)));
}

async function showPage<Item extends { id: string }>(
  cache: ReadCache,
  { key, seconds, isListed }: CachedPage<Item>,
  page: Page<Item>,
  mayKeep: boolean,
): Promise<Page<Item>> {
  const gone = await goneAmong(cache, idsOn(page));
  if (gone.size > 0 || !mayKeep) return without(page, gone);
  const entry: Entry = { key, seconds, value: JSON.stringify(page) };
  if (isListed) await listPage(cache, entry, idsOn(page));
  const goneMeanwhile = await keepBehindFences(cache, [entry], idsOn(page));
  if (isListed) await unlistPage(cache, key, goneMeanwhile);
  return without(page, goneMeanwhile);
}

function idsOn(page: Page<{ id: string }>): string[] {
  return page.videos.map(({ id }) => id);
}

function without<Item extends { id: string }>(page: Page<Item>, gone: Set<string>): Page<Item> {
  return gone.size === 0 ? page : { ...page, videos: page.videos.filter(({ id }) => !gone.has(id)) };
}
