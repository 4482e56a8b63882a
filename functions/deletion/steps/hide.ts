import { cacheKeysOf, feedPagesKeyOf, goneKeyOf } from '../data-map.ts';
import type { Ports } from '../ports.ts';
import { FENCE_SECONDS } from '../rules.ts';
import type { Tombstone } from '../tombstone.ts';
import type { StepResult } from './step.ts';

/**
 * Takes the video out of every listing at once: the row's mark, the fence, then the cached copies. The fence stands before the
 * copies go, or a slow reader puts one back.
 */
export async function hide(
  { rows, cache, clock }: Pick<Ports, 'rows' | 'cache' | 'clock'>,
  { videoId, deletionId, ownerId, requestedAt }: Tombstone,
): Promise<StepResult> {
  const marked = rows.hide(videoId, new Date(requestedAt));
  const emptied = cache && fenceAndInvalidate(cache, deletionId, videoId, ownerId);
  const [, counts = {}] = await Promise.all([marked, emptied]);
  return { counts, removed: false, changes: { hidden: true, hiddenAt: clock().toISOString() } };
}

async function fenceAndInvalidate(
  cache: NonNullable<Ports['cache']>,
  deletionId: string,
  videoId: Tombstone['videoId'],
  ownerId: string,
) {
  await cache.fence(goneKeyOf(videoId), deletionId, FENCE_SECONDS);
  const counts = await cache.invalidate(cacheKeysOf(videoId, ownerId), feedPagesKeyOf(videoId));
  // No page listed: the platform may keep no such lists, so every page becomes old.
  if (counts.pages === 0) await cache.ageFeeds();
  return counts;
}
