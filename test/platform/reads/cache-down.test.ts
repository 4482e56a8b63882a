import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { VideoId } from '../../../functions/deletion/video-id.ts';
import { connectRedis } from '../../../functions/stores/redis/connect-redis.ts';
import { createReadCache, type ReadCache } from '../../../platform/reads/read-cache.ts';
import {
  acceptDeletion,
  addUser,
  addVideo,
  get,
  type PlatformUnderTest,
  startPlatform,
  titlesIn,
} from './platform-api.ts';

let platform: PlatformUnderTest;
let ana: string;
let videoId: VideoId;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());
beforeEach(async () => {
  await platform.clear();
  ana = await addUser(platform.db, 'ana');
  videoId = await addVideo(platform.db, { user_id: ana, title: 'Waves' });
});

/** A cache whose server refuses connections. */
function unreachableCache(): ReadCache {
  const redis = connectRedis({ url: 'redis://127.0.0.1:1' });
  return createReadCache(redis);
}

describe('a platform whose cache is down', () => {
  it('answers every read from the database', async () => {
    const options = { as: ana, cache: unreachableCache() };
    expect(titlesIn(await get(platform, '/api/v1/feed', options))).toEqual(['Waves']);
    expect(titlesIn(await get(platform, '/api/v1/users/me/videos', options))).toEqual(['Waves']);
    expect(titlesIn(await get(platform, '/api/v1/users/me/videos?include=deleting', options))).toEqual(['Waves']);
    expect((await get(platform, '/api/v1/users/me', options)).body.stats).toMatchObject({ videos_uploaded: 1 });
    expect((await get(platform, `/api/v1/videos/${videoId}`, options)).status).toBe(200);
  });

  it('shows no video that is hidden', async () => {
    await acceptDeletion(platform, { videoId, ownerId: ana });
    const options = { as: ana, cache: unreachableCache() };
    expect(titlesIn(await get(platform, '/api/v1/feed', options))).toEqual([]);
    expect(titlesIn(await get(platform, '/api/v1/users/me/videos', options))).toEqual([]);
    expect((await get(platform, `/api/v1/videos/${videoId}`, options)).status).toBe(410);
  });

  it.each([
    { path: () => '/api/v1/feed', times: 1 },
    { path: () => `/api/v1/videos/${videoId}`, times: 4 },
    // The account, then the figures or the page.
    { path: () => '/api/v1/users/me', times: 2 },
    { path: () => '/api/v1/users/me/videos', times: 2 },
  ])('looks for a copy and asks it nothing more ($times)', async ({ path, times }) => {
    const asked = vi.fn(() => Promise.reject(new Error('The cache is down')));
    const cache = { get: asked, set: asked, exists: asked, unlink: asked, addToSet: asked, removeFromSet: asked };
    await get(platform, path(), { as: ana, cache });
    expect(asked).toHaveBeenCalledTimes(times);
  });
});

describe('a cache that fails halfway', () => {
  it('gets no page that is not noted with its videos', async () => {
    const addToSet = () => Promise.reject(new Error('The cache is down'));
    const answer = await get(platform, '/api/v1/feed', { cache: { ...platform.cache, addToSet } });
    expect(titlesIn(answer)).toEqual(['Waves']);
    expect(await platform.cache.exists('feed:page:first')).toBe(false);
  });

  it('gives no copy that could not be compared with the fences', async () => {
    await get(platform, '/api/v1/feed');
    await platform.db.updateTable('videos').set({ title: 'From the database' }).execute();
    const exists = () => Promise.reject(new Error('The cache is down'));
    const answer = await get(platform, '/api/v1/feed', { cache: { ...platform.cache, exists } });
    expect(titlesIn(answer)).toEqual(['From the database']);
  });
});
