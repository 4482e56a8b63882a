import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  cacheKeysOf,
  feedPagesKeyOf,
  goneKeyOf,
  ownerCacheKeysOf,
} from '../../../functions/deletion/data-map/data-map.ts';
import type { State, StateBeforeHold } from '../../../functions/deletion/record/tombstone.ts';
import { cacheKeys } from '../../../local/demo/content/cache-content.ts';
import { aLegalHold, aTombstone, aVideoId } from '../../support/a-tombstone.ts';
import { acceptDeletion, addUser, addVideo, get, type PlatformUnderTest, startPlatform } from './platform-api.ts';

let platform: PlatformUnderTest;
let ana: string;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());
beforeEach(async () => {
  await platform.clear();
  ana = await addUser(platform.db, 'ana');
});

const read = (videoId: string) => get(platform, `/api/v1/videos/${videoId}`);
const add = (more: Partial<Parameters<typeof addVideo>[1]> = {}) =>
  addVideo(platform.db, { user_id: ana, title: 'Waves', ...more });

describe('GET /api/v1/videos/{videoId}', () => {
  it('shows the same from the database and from the cache', async () => {
    const videoId = await add({ description: 'Calm', url_hls: '/a.m3u8', duration_seconds: 7 });
    const first = await read(videoId);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      id: videoId,
      title: 'Waves',
      description: 'Calm',
      url_hls: '/a.m3u8',
      likes: 0,
    });
    await platform.db.updateTable('videos').set({ title: 'Too new to be shown' }).execute();
    expect(await read(videoId)).toEqual(first);
  });

  it('refuses an id that is none', async () => {
    expect((await read('1')).status).toBe(400);
    expect((await read(aVideoId().toUpperCase())).status).toBe(400);
  });

  it('knows nothing of videos that are unknown or not ready', async () => {
    expect((await read(aVideoId())).status).toBe(404);
    expect((await read(await add({ status: 'processing' }))).status).toBe(404);
  });

  it('says that a video is gone from the moment its deletion is accepted, though it was cached', async () => {
    const videoId = await add();
    expect((await read(videoId)).status).toBe(200);
    await acceptDeletion(platform, { videoId, ownerId: ana });
    expect((await read(videoId)).status).toBe(410);
  });

  it('says so while only its fence stands, though a copy is still cached, and writes no other', async () => {
    const videoId = await add();
    await read(videoId);
    await platform.ports.cache.fence(goneKeyOf(videoId), 'deletion', 60);
    const set = vi.fn(platform.cache.set);
    const { status } = await get(platform, `/api/v1/videos/${videoId}`, { cache: { ...platform.cache, set } });
    expect(status).toBe(410);
    expect(set).not.toHaveBeenCalled();
  });

  it('is unknown without cache and tombstone: the platform itself has marked the row', async () => {
    const videoId = await add({ deleted_at: new Date() });
    expect((await get(platform, `/api/v1/videos/${videoId}`, { cache: undefined })).status).toBe(404);
  });
});

describe('a tombstone', () => {
  it.each<{ state: State; heldFrom?: StateBeforeHold; status: number }>([
    { state: 'none', status: 200 },
    { state: 'pending', status: 410 },
    { state: 'running', status: 410 },
    { state: 'settling', status: 410 },
    { state: 'deleted', status: 410 },
    { state: 'failed', status: 410 },
    { state: 'cancelled', status: 200 },
    { state: 'held', heldFrom: 'none', status: 200 },
    { state: 'held', heldFrom: 'cancelled', status: 200 },
    { state: 'held', heldFrom: 'pending', status: 410 },
    { state: 'held', heldFrom: 'failed', status: 410 },
  ])(
    'that is $state (from $heldFrom) makes a video that is not marked $status',
    async ({ state, heldFrom, status }) => {
      const videoId = await add();
      await platform.tombstones.write(
        undefined,
        aTombstone({ videoId, state, held: heldFrom && aLegalHold(heldFrom) }),
      );
      expect((await read(videoId)).status).toBe(status);
    },
  );

  it('speaks for a video whose row is gone', async () => {
    const videoId = aVideoId();
    await platform.tombstones.write(undefined, aTombstone({ videoId, state: 'deleted' }));
    expect((await read(videoId)).status).toBe(410);
  });
});

describe('what the reads keep in the cache', () => {
  it('stands under keys that a deletion invalidates, and under no others', async () => {
    const videoId = await add();
    await read(videoId);
    await get(platform, '/api/v1/feed');
    await get(platform, '/api/v1/users/me', { as: ana });
    await get(platform, '/api/v1/users/me/videos', { as: ana });
    const kept = await platform.redis.run(cacheKeys);
    expect(kept).toEqual(
      [...cacheKeysOf(videoId), ...ownerCacheKeysOf(ana), feedPagesKeyOf(videoId), 'feed:page:first'].sort(),
    );
  });

  it('ends by itself', async () => {
    await read(await add());
    const lives = await platform.redis.run(async (client) =>
      Promise.all((await cacheKeys(client)).map((key) => client.ttl(key))),
    );
    expect(lives).toHaveLength(4);
    expect(Math.min(...lives)).toBeGreaterThan(0);
  });
});
