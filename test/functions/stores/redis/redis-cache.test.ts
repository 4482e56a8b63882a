import { createClient } from '@redis/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CacheUnavailable,
  connectRedis,
  type Redis,
  type RedisClient,
} from '../../../../functions/stores/redis/connect-redis.ts';
import { createRedisCache } from '../../../../functions/stores/redis/redis-cache.ts';
import { startRedisServer } from '../../../../local/redis/redis-server.ts';
import { type RedisStandIn, startRedisStandIn } from '../../../../local/redis/redis-stand-in.ts';
import { findRedisServer } from '../../../../local/redis/start-cache.ts';
import { describeVideoCache, type VideoCacheSetup } from '../../../contracts/video-cache.ts';

const redisServer = findRedisServer();

describe('on the stand-in', () => describeVideoCache(() => cacheOn(startRedisStandIn())));

describe.runIf(redisServer)('on redis-server', () =>
  describeVideoCache(() => cacheOn(startRedisServer(redisServer as string))),
);

describe('when the platform writes meanwhile', () => {
  let server: RedisStandIn;
  let redis: Redis;
  let platform: RedisClient;
  beforeEach(async () => {
    server = await startRedisStandIn();
    redis = connectRedis({ url: server.url });
    platform = await createClient({ url: server.url }).connect();
  });
  afterEach(async () => {
    platform.destroy();
    redis.close();
    await server.stop();
  });

  it('deletes a page that was listed after the list was read', async () => {
    await platform.sAdd('pages', 'feed:1');
    const writePage = async () => {
      await platform.set('feed:2', 'content');
      await platform.sAdd('pages', 'feed:2');
    };
    const cache = createRedisCache(meddledWith(redis, { run: 2 }, writePage));
    expect(await cache.invalidate(['video:1'], 'pages')).toEqual({ keys: 0, pages: 1 });
    expect(await platform.dbSize()).toBe(0);
  });

  it('deletes a page that was written again before it was struck off the list', async () => {
    await platform.sAdd('pages', 'feed:1');
    const cache = createRedisCache(meddledWith(redis, { run: 3 }, () => platform.set('feed:1', 'written again')));
    expect(await cache.invalidate(['video:1'], 'pages')).toEqual({ keys: 0, pages: 1 });
    expect(await platform.dbSize()).toBe(0);
  });

  it('counts each key once when a run is repeated, and says that a lost answer is in no count', async () => {
    await platform.mSet({ a: '1', b: '1', c: '1', d: '1' });
    const losing = (client: RedisClient, lost: string) =>
      Object.assign(Object.create(client), {
        async unlink(key: string) {
          const answer = await client.unlink(key);
          if (key === lost) throw new Error('Socket closed unexpectedly');
          return answer;
        },
      }) as RedisClient;
    const repeated: Redis = {
      ...redis,
      run: (work) => redis.run((client) => work(losing(client, 'b')).catch(() => work(client))),
    };
    expect(await createRedisCache(repeated).invalidate(['a', 'b', 'c', 'd'])).toEqual({
      keys: 3,
      pages: 0,
      atLeast: true,
    });
    expect(await platform.dbSize()).toBe(0);
  });

  it('gives up, with its counts, on a list that never ends', async () => {
    await platform.set('video:1', 'content');
    let page = 0;
    const cache = createRedisCache(
      meddledWith(redis, { run: 'every' }, async () => {
        page += 1;
        await platform.sAdd('pages', `feed:${page}`);
      }),
    );
    await expect(cache.invalidate(['video:1'], 'pages')).rejects.toMatchObject({
      name: 'StepFailed',
      code: 'PagesKeepComing',
      counts: { keys: 1 },
    });
  });

  it('says what it had removed when the cache goes away in between, and loses no page', async () => {
    await platform.mSet({ 'video:1': 'content', 'feed:1': 'content' });
    await platform.sAdd('pages', 'feed:1');
    const cache = createRedisCache(meddledWith(redis, { run: 2 }, () => server.pause()));
    platform.on('error', () => {});
    await expect(cache.invalidate(['video:1'], 'pages')).rejects.toMatchObject({
      name: 'StepFailed',
      code: 'CacheUnavailable',
      counts: { keys: 1, pages: 0 },
      cause: expect.any(CacheUnavailable),
    });

    await server.resume();
    expect(await createRedisCache(redis).invalidate(['video:1'], 'pages')).toEqual({ keys: 0, pages: 1 });
    expect(await createRedisCache(redis).look(['video:1', 'pages'], 'pages')).toEqual({ keys: 0, pages: 0 });
  });
});

async function cacheOn(starting: Promise<{ url: string; stop(): Promise<void> }>): Promise<VideoCacheSetup> {
  const server = await starting;
  const redis = connectRedis({ url: server.url });
  const inside: RedisClient = await createClient({ url: server.url }).connect();
  return {
    cache: createRedisCache(redis),
    inside,
    async stop() {
      inside.destroy();
      redis.close();
      await server.stop();
    },
  };
}

/** The same connection. After the n-th run, `happen` is called. */
function meddledWith(redis: Redis, when: { run: number | 'every' }, happen: () => Promise<unknown>): Redis {
  let runs = 0;
  return {
    ...redis,
    async run(work) {
      const answer = await redis.run(work);
      runs += 1;
      if (when.run === 'every' || when.run === runs) await happen();
      return answer;
    },
  };
}
