import { cacheKeysOf, feedPagesKeyOf } from '../data-map.ts';
import type { Ports } from '../ports.ts';
import type { Tombstone } from '../tombstone.ts';
import { SKIPPED, type StepResult, total } from './step.ts';

/** Deletes the cached copies once more, now that the rows are gone and no reader can load them again. */
export async function invalidateCache(
  { cache }: Pick<Ports, 'cache'>,
  { videoId, ownerId, steps }: Tombstone,
): Promise<StepResult> {
  if (!cache) return SKIPPED;
  const counts = await cache.invalidate(cacheKeysOf(videoId, ownerId), feedPagesKeyOf(videoId));
  const listsPages = counts.pages + (steps.hide.counts.pages ?? 0) > 0;
  if (!listsPages) await cache.ageFeeds();
  return { counts, removed: total(counts) > 0 };
}
