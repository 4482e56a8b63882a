import { cacheKeysOf, feedPagesKeyOf, goneKeyOf, ownerCacheKeysOf } from '../../data-map/data-map.ts';
import type { Counts } from '../../errors.ts';
import type { Ports, VideoCache } from '../../ports.ts';
import type { Tombstone } from '../../record/tombstone.ts';
import { FENCE_SECONDS } from '../../rules.ts';
import type { StepResult } from './step.ts';

/**
 * Takes the video out of every listing at once: the row's mark and the fence, then the cached copies. Both stand before the
 * copies go, or a slow reader puts one back.
 */
export async function hide(
  { rows, cache, clock }: Pick<Ports, 'rows' | 'cache' | 'clock'>,
  { videoId, deletionId, ownerId, requestedAt }: Tombstone,
): Promise<StepResult> {
  const marked = rows.hide(videoId, new Date(requestedAt));
  await Promise.all([marked, cache?.fence(goneKeyOf(videoId), deletionId, FENCE_SECONDS)]);
  const counts: Counts = cache ? await invalidateCopies(cache, { videoId, ownerId }) : {};
  // No page listed: the platform may keep no such lists, so every page becomes old.
  if (counts.pages === 0) await cache?.ageFeeds();
  return { counts, removed: false, changes: { hidden: true, hiddenAt: clock().toISOString() } };
}

/** The video's own copies and its owner's lists and figures. */
export async function invalidateCopies(
  cache: VideoCache,
  { videoId, ownerId }: Pick<Tombstone, 'videoId' | 'ownerId'>,
): Promise<{ keys: number; pages: number; ownerKeys: number }> {
  const [own, owner] = await Promise.all([
    cache.invalidate(cacheKeysOf(videoId), feedPagesKeyOf(videoId)),
    cache.invalidate(ownerCacheKeysOf(ownerId)),
  ]);
  return { ...own, ownerKeys: owner.keys };
}
