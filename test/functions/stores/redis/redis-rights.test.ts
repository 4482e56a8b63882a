import { readFileSync } from 'node:fs';
import { createClient } from '@redis/client';
import { describe, expect, it } from 'vitest';
import { connectRedis } from '../../../../functions/stores/redis/connect-redis.ts';
import { createRedisCache } from '../../../../functions/stores/redis/redis-cache.ts';
import { startRedisServer } from '../../../../local/redis/redis-server.ts';
import { findRedisServer } from '../../../../local/redis/start-cache.ts';
import { describeVideoCache, type VideoCacheSetup } from '../../../contracts/video-cache.ts';

const redisServer = findRedisServer();
const USER = 'video-deletion';

/** The rights of the cache's user, as DEPLOY.md gives them to whoever makes it. */
const [, RIGHTS = ''] = /^ {4}(on ~video:.+)$/m.exec(readFileSync('docs/DEPLOY.md', 'utf8')) ?? [];

it('the documented rights name keys and commands, and no category', () => {
  expect(RIGHTS).toMatch(/^on( ~\w+:\*)+ -@all( \+\w+)+$/);
});

describe.runIf(redisServer)('with exactly the documented rights, on redis-server', () =>
  describeVideoCache(async (): Promise<VideoCacheSetup> => {
    const server = await startRedisServer(redisServer as string);
    const inside = await createClient({ url: server.url }).connect();
    await inside.sendCommand(['ACL', 'SETUSER', USER, ...RIGHTS.split(' '), '>secret']);
    const url = new URL(server.url);
    url.username = USER;
    url.password = 'secret';
    const redis = connectRedis({ url: url.href });
    const stop = async () => {
      redis.close();
      inside.destroy();
      await server.stop();
    };
    return { cache: createRedisCache(redis), inside, stop };
  }),
);
