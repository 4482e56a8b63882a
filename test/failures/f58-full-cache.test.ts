import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheKeysOf, feedPagesKeyOf, ownerCacheKeysOf } from '../../functions/deletion/data-map/data-map.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { connectRedis, type Redis } from '../../functions/stores/redis/connect-redis.ts';
import { createRedisCache } from '../../functions/stores/redis/redis-cache.ts';
import { type RedisStandIn, startRedisStandIn } from '../../local/redis/redis-stand-in.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
let server: RedisStandIn;
let redis: Redis;
beforeEach(async () => {
  server = await startRedisStandIn();
  redis = connectRedis({ url: server.url, timeoutMilliseconds: 2000 });
});
afterEach(async () => {
  redis.close();
  await server.stop();
});

/**
 * A video whose copies are in a cache that is full now; with a copy that the cache does not let go, if one is named.
 */
async function inFullCache({ stays }: { stays?: boolean } = {}) {
  const { videoId, ownerId } = await world.video();
  const page = `feed:${videoId}:1`;
  await redis.run(async (client) => {
    for (const key of [...cacheKeysOf(videoId), ...ownerCacheKeysOf(ownerId), page]) await client.set(key, 'cached');
    await client.sAdd(feedPagesKeyOf(videoId), page);
  });
  server.fillUp();
  const cache = createRedisCache(redis);
  const look = stays ? async () => ({ keys: 1, pages: 0 }) : cache.look;
  world.ports.cache = { ...cache, look };
  const { deletion } = await requestDeletion(world.ports, { callerId: ownerId, videoId });
  return {
    deletion,
    left: await cache.look([...cacheKeysOf(videoId), ...ownerCacheKeysOf(ownerId)], feedPagesKeyOf(videoId)),
  };
}

test('F58 in a full cache the copies go all the same, and the video is hidden', async ({ annotate }) => {
  const { deletion, left } = await inFullCache();
  expect(left).toEqual({ keys: 0, pages: 0 });
  expect(deletion).toMatchObject({ hidden: true, steps: { hide: { state: 'done', counts: { keys: 4, pages: 1 } } } });
  await annotate('SET refused with OOM; 4 keys and 1 page deleted; hidden: true');
});

test('F58 a copy that is still there keeps it from being called hidden', async ({ annotate }) => {
  const { deletion } = await inFullCache({ stays: true });
  expect(deletion).toMatchObject({ hidden: false });
  await annotate('a copy is left: hidden: false, and a worker hides it');
});
