import { cacheKeysOf, feedPagesKeyOf, goneKeyOf, ownerCacheKeysOf } from '../../data-map/data-map.ts';
import type { Ports, VideoCache } from '../../ports.ts';
import type { StepResult } from '../../record/step-record.ts';
import type { CountsOf } from '../../record/steps.ts';
import type { Tombstone } from '../../record/tombstone.ts';
import { FENCE_SECONDS } from '../../rules.ts';

/**
 * Hides the video from every listing at once: first the row's mark and the fence, then the cached copies. Mark and
 * fence come first, because a slow reader could otherwise cache the video again.
 */
export async function hide(
  { rows, cache, clock }: Pick<Ports, 'rows' | 'cache' | 'clock'>,
  { videoId, deletionId, ownerId, requestedAt }: Tombstone,
): Promise<StepResult<'hide'>> {
  const marked = rows.hide(videoId, new Date(requestedAt));
  await Promise.all([marked, cache?.fence(goneKeyOf(videoId), deletionId, FENCE_SECONDS)]);
  const counts: CountsOf<'hide'> = cache ? await invalidateCopies(cache, { videoId, ownerId }) : {};
  // If the cache lists no page, the platform may not keep such lists. So every page becomes stale.
  if (counts.pages === 0) await cache?.ageFeeds();
  return { counts, changed: false, changes: { hidden: true, hiddenAt: clock().toISOString() } };
}

/** Invalidates the video's own copies, and its owner's lists and figures. */
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
