import { cacheKeysOf, feedPagesKeyOf, goneKeyOf, ownerCacheKeysOf } from '../../data-map/data-map.ts';
import { reasonOf, StepFailed } from '../../errors.ts';
import { refuseKnownOrphan } from '../../orphans/guard-orphan.ts';
import type { Ports, VideoCache } from '../../ports.ts';
import type { StepResult } from '../../record/step-record.ts';
import type { CountsOf } from '../../record/steps.ts';
import { earlierRequests, isOfOrphan, type Tombstone } from '../../record/tombstone.ts';
import { FENCE_SECONDS } from '../../rules.ts';
import type { VideoId } from '../../video-id.ts';

/**
 * Hides the video from every listing at once: first the row's mark and the fence, then the cached copies. Mark and
 * fence come first, because a slow reader could otherwise cache the video again.
 */
export async function hide(
  { rows, cache, clock }: Pick<Ports, 'rows' | 'cache' | 'clock'>,
  tombstone: Tombstone,
): Promise<StepResult<'hide'>> {
  const { videoId, deletionId, ownerId, requestedAt } = tombstone;
  // Anything else is hidden at once.
  if (isOfOrphan(tombstone)) await refuseKnownOrphan({ rows }, tombstone);
  const marked = rows.hide(videoId, new Date(requestedAt), earlierRequests(tombstone));
  const [, refused] = await Promise.all([marked, cache && fenceIfPossible(cache, videoId, deletionId)]);
  const copies: Copies = cache ? await invalidateCopies(cache, { videoId, ownerId }) : { counts: {} };
  // If the cache lists no page, the platform may not keep such lists. So every page becomes stale.
  if (cache && copies.counts.pages === 0) await ageFeeds(cache, copies);
  if (cache && refused && !(await isGone(cache, videoId))) throw failureAfter(copies, refused);
  return { ...copies, changed: false, changes: { hidden: true, hiddenAt: clock().toISOString() } };
}

/**
 * A full cache refuses the fence and still deletes copies. Without the fence, a slow reader may write a copy again, so
 * the caller has to look. @returns what the cache refused
 */
async function fenceIfPossible(cache: VideoCache, videoId: VideoId, deletionId: string): Promise<unknown> {
  try {
    await cache.fence(goneKeyOf(videoId), deletionId, FENCE_SECONDS);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** True when the cache has no copy of the video. */
async function isGone(cache: VideoCache, videoId: VideoId): Promise<boolean> {
  const { keys, pages } = await cache.look(cacheKeysOf(videoId), feedPagesKeyOf(videoId));
  return keys + pages === 0;
}

/** How many copies were deleted; with `atLeast`, perhaps more. */
type Copies = { counts: CountsOf<'hide'>; atLeast?: boolean };

/**
 * Invalidates the video's own copies, and its owner's lists and figures.
 * @throws {StepFailed} with the counts so far
 */
export async function invalidateCopies(
  cache: VideoCache,
  { videoId, ownerId }: Pick<Tombstone, 'videoId' | 'ownerId'>,
): Promise<Copies> {
  const outcomes = await Promise.allSettled([
    cache.invalidate(cacheKeysOf(videoId), feedPagesKeyOf(videoId)),
    cache.invalidate(ownerCacheKeysOf(ownerId)),
  ]);
  const [own, owner] = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : soFar(outcome)));
  const others = own?.others ?? 0;
  const deleted = { keys: own?.keys ?? 0, pages: own?.pages ?? 0, ownerKeys: owner?.keys ?? 0 };
  const counts = { ...deleted, ...(others > 0 && { others }) };
  const copies: Copies = { counts, ...([own, owner].some((part) => part?.atLeast) && { atLeast: true }) };
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failureAfter(copies, failed.reason);
  return copies;
}

/** Makes the pages of the feed stale. @throws {StepFailed} with what was deleted before */
export async function ageFeeds(cache: VideoCache, copies: Copies): Promise<void> {
  try {
    await cache.ageFeeds();
  } catch (error) {
    throw failureAfter(copies, error);
  }
}

function soFar({ reason }: PromiseRejectedResult): {
  keys?: number;
  pages?: number;
  others?: number;
  atLeast?: boolean;
} {
  return reason instanceof StepFailed ? { ...reason.counts, atLeast: reason.atLeast } : {};
}

function failureAfter({ counts, atLeast = false }: Copies, cause: unknown): StepFailed {
  return new StepFailed(reasonOf(cause), counts, { cause, atLeast });
}
