import { describe, expect, it, vi } from 'vitest';
import type { Counts } from '../../../../../functions/deletion/counts.ts';
import { cacheKeysOf, feedPagesKeyOf, ownerCacheKeysOf } from '../../../../../functions/deletion/data-map/data-map.ts';
import type { VideoCache } from '../../../../../functions/deletion/ports.ts';
import { hide } from '../../../../../functions/deletion/work/steps/hide.ts';
import { invalidateCache } from '../../../../../functions/deletion/work/steps/invalidate-cache.ts';
import { SKIPPED } from '../../../../../functions/deletion/work/steps/skipped.ts';
import { aTombstone } from '../../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../../support/memory-world.ts';

/** A cache in which `invalidate` deletes this many of the video's keys and pages, and three of its owner's keys. */
function cacheWith({ keys = 0, pages = 0 }) {
  const { ports } = openMemoryWorld();
  const invalidate = vi.fn<VideoCache['invalidate']>(async (_, pagesIn) =>
    pagesIn === undefined ? { keys: 3, pages: 0 } : { keys, pages },
  );
  const ageFeeds = vi.fn(async () => {});
  const fence = vi.fn<VideoCache['fence']>(async () => {});
  return {
    ports: { ...ports, cache: { ...(ports.cache as VideoCache), invalidate, ageFeeds, fence } },
    ageFeeds,
    fence,
    invalidate,
  };
}
/** A deletion whose step `hide` had these counts, such as the number of listed pages. */
function hiddenWith(counts: Counts) {
  const tombstone = aTombstone();
  tombstone.steps.hide.counts = counts;
  return tombstone;
}

describe('hide', () => {
  it('sets the fence for an hour, then invalidates the copies of the video and of its owner', async () => {
    const { ports, fence, invalidate, ageFeeds } = cacheWith({ keys: 2, pages: 1 });
    const tombstone = aTombstone();
    const { videoId, ownerId, deletionId } = tombstone;
    expect(await hide(ports, tombstone)).toEqual({
      counts: { keys: 2, pages: 1, ownerKeys: 3 },
      changed: false,
      changes: { hidden: true, hiddenAt: ports.clock().toISOString() },
    });
    expect(fence.mock.calls).toEqual([[`video:${videoId}:gone`, deletionId, 3600]]);
    expect(invalidate.mock.calls).toEqual([
      [cacheKeysOf(videoId), feedPagesKeyOf(videoId)],
      [ownerCacheKeysOf(ownerId)],
    ]);
    expect(ageFeeds).not.toHaveBeenCalled();
  });

  it('makes every feed old where no page is listed, and needs no cache', async () => {
    const { ports, ageFeeds } = cacheWith({ keys: 2 });
    await hide(ports, aTombstone());
    expect(ageFeeds).toHaveBeenCalledTimes(1);
    expect(await hide({ ...ports, cache: undefined }, aTombstone())).toMatchObject({
      counts: {},
      changes: { hidden: true },
    });
  });
});

describe('invalidateCache', () => {
  it.each([
    ['keys', { keys: 1 }, true],
    ['pages', { pages: 1 }, true],
    ['as many keys as pages', { keys: 1, pages: 1 }, true],
    ["nothing but its owner's lists", {}, false],
  ])('that deletes %s says whether anything of the video was left: %o', async (_, found, changed) => {
    const { ports } = cacheWith(found);
    const counts = { keys: 0, pages: 0, ...found, ownerKeys: 3 };
    expect(await invalidateCache(ports, aTombstone())).toEqual({ counts, changed });
  });

  it.each([
    [1, {}, {}],
    [1, {}, { pages: 0 }],
    [0, { pages: 1 }, {}],
    [0, {}, { pages: 1 }],
    [0, { pages: 1 }, { pages: 1 }],
  ])('makes every feed old %i times with %o listed now and %o before', async (times, found, before) => {
    const { ports, ageFeeds } = cacheWith(found);
    await invalidateCache(ports, hiddenWith(before));
    expect(ageFeeds).toHaveBeenCalledTimes(times);
  });

  it('is nothing where there is no cache', async () => {
    expect(await invalidateCache({ cache: undefined }, aTombstone())).toEqual(SKIPPED);
  });
});
