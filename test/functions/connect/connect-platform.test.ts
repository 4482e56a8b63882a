import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectPlatform } from '../../../functions/connect/connect-platform.ts';
import { readSettings } from '../../../functions/settings/settings.ts';
import { type RedisStandIn, startRedisStandIn } from '../../../local/redis/redis-stand-in.ts';

const log = { info() {}, warn() {}, error() {} };

let server: RedisStandIn;
beforeAll(async () => {
  server = await startRedisStandIn();
});
afterAll(() => server.stop());

function connect(cache: Record<string, string>) {
  const environment = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nowhere', ...cache };
  return connectPlatform(readSettings(environment, ['database', 'cache']), { log });
}

it('speaks to the cache in the mode that the settings name', async () => {
  const named = async () => {
    const outcomes = await Promise.allSettled(
      ['', 'server', 'cluster'].map(async (CACHE_MODE) => {
        const { cache, close } = connect({ CACHE_URL: server.url, CACHE_MODE });
        await cache?.lift('video:1:gone').finally(close);
      }),
    );
    return outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.name : outcome.status));
  };
  // The stand-in shares this process, and on a busy machine it may answer later than a cache may.
  await expect.poll(named).toEqual(['fulfilled', 'fulfilled', 'WrongCacheMode']);
});

it('has no cache where the settings name none', async () => {
  const { cache, close } = connect({});
  expect(cache).toBeUndefined();
  await close();
});
