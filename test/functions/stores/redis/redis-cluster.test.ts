import { createCluster } from '@redis/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  CacheUnavailable,
  connectCluster,
  connectRedis,
  WrongCacheMode,
} from '../../../../functions/stores/redis/connect-redis.ts';
import { createRedisCache } from '../../../../functions/stores/redis/redis-cache.ts';
import { findRedisServer } from '../../../../local/redis/start-cache.ts';
import { type RedisCluster, startRedisCluster } from '../../../support/redis-cluster.ts';

const executable = findRedisServer();
/** Enough keys to be on all three nodes. */
const KEYS = Array.from({ length: 40 }, (_, n) => `video:${n}`);
const PAGES = Array.from({ length: 40 }, (_, n) => `feed:${n}`);

describe.runIf(executable)('on a cluster', () => {
  let cluster: RedisCluster;
  let platform: Awaited<ReturnType<typeof openPlatform>>;
  const openPlatform = (url: string) => createCluster({ rootNodes: [{ url }] }).connect();
  beforeAll(async () => {
    cluster = await startRedisCluster(executable as string);
    platform = await openPlatform(cluster.urls[0] as string);
  });
  beforeEach(async () => {
    await Promise.all([...KEYS, ...PAGES].map((key) => platform.set(key, 'content')));
    await platform.sAdd('pages', PAGES);
  });
  afterAll(async () => {
    platform.destroy();
    await cluster.stop();
  });

  const left = async () => {
    const found = await Promise.all([...KEYS, ...PAGES, 'pages'].map((key) => platform.exists(key)));
    return found.filter((one) => one > 0).length;
  };

  it('takes three nodes to hold the keys', async () => {
    const held = await Promise.all(
      cluster.urls.map(async (url) => {
        const node = connectRedis({ url });
        const count = await node.run((client) => client.dbSize());
        node.close();
        return count;
      }),
    );
    expect(held).not.toContain(0);
    expect(held.reduce((sum, count) => sum + count)).toBe(81);
  });

  it.each([0, 1, 2])('finds and deletes keys on all nodes, starting with node %i', async (n) => {
    const redis = connectCluster({ url: cluster.urls[n] as string });
    const cache = createRedisCache(redis);
    expect(await cache.look(KEYS, 'pages')).toEqual({ keys: 40, pages: 40 });
    expect(await cache.invalidate(KEYS, 'pages')).toEqual({ keys: 40, pages: 40 });
    expect(await left()).toBe(0);
    redis.close();
  });

  it('fences, lifts and ages wherever the key is', async () => {
    const redis = connectCluster({ url: cluster.urls[0] as string });
    const cache = createRedisCache(redis);
    for (const key of KEYS) await cache.fence(key, 'gone', 60);
    expect(await Promise.all(KEYS.map((key) => platform.ttl(key)))).not.toContain(-1);
    for (const key of KEYS) await cache.lift(key);
    expect(await left()).toBe(41);
    await cache.ageFeeds();
    expect(await platform.get('feed:version')).toBe('1');
    redis.close();
  });

  it('serves runs side by side from the start', async () => {
    const redis = connectCluster({ url: cluster.urls[0] as string });
    const values = await Promise.all(KEYS.map((key) => redis.run((client) => client.get(key))));
    expect(new Set(values)).toEqual(new Set(['content']));
    redis.close();
  });

  it('asks for credentials at every node', async () => {
    const users: string[] = [];
    const credentials = async () => {
      users.push('default');
      return { username: 'default', password: 'a token' };
    };
    const redis = connectCluster({ url: cluster.urls[0] as string, credentials });
    await createRedisCache(redis).look(KEYS, 'pages');
    // One connection for the map of the cluster, and one to each of the three nodes.
    expect(users).toHaveLength(4);
    redis.close();
  });

  it('fails when the setting says that it is one server, and says what to set', async () => {
    const redis = connectRedis({ url: cluster.urls[0] as string });
    const run = createRedisCache(redis).look(KEYS, 'pages');
    await expect(run).rejects.toThrow(WrongCacheMode);
    await expect(run).rejects.toThrow('The cache is a cluster: set CACHE_MODE to cluster');
    expect(await left()).toBe(81);
    redis.close();
  });

  it('cannot be reached once it is closed', async () => {
    const redis = connectCluster({ url: cluster.urls[0] as string });
    await createRedisCache(redis).look(KEYS, 'pages');
    redis.close();
    await expect(redis.run((client) => client.get('video:1'))).rejects.toThrow(CacheUnavailable);
  });
});

describe.runIf(executable)('when a node goes', () => {
  it('fails in time', async () => {
    const cluster = await startRedisCluster(executable as string);
    onTestFinished(cluster.stop);
    const redis = connectCluster({ url: cluster.urls[0] as string, timeoutMilliseconds: 1000 });
    const cache = createRedisCache(redis);
    expect(await cache.look(KEYS, 'pages')).toEqual({ keys: 0, pages: 0 });
    await cluster.stopNode(2);
    await expect(cache.look(KEYS, 'pages')).rejects.toThrow(CacheUnavailable);
    redis.close();
  });
});
