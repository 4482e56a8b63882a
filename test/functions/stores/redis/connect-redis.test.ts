import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  CacheUnavailable,
  connectCluster,
  connectRedis,
  type Redis,
} from '../../../../functions/stores/redis/connect-redis.ts';
import {
  type RedisStandIn,
  type RedisStandInOptions,
  startRedisStandIn,
} from '../../../../local/redis/redis-stand-in.ts';

/** Far below the timeout of a test: a run that hangs fails its own test. */
const timeoutMilliseconds = 1000;

let server: RedisStandIn;
let redis: Redis;
const start = async (options: RedisStandInOptions = {}) => {
  server = await startRedisStandIn(options);
  redis = connectRedis({ url: server.url, timeoutMilliseconds });
};
afterEach(async () => {
  redis.close();
  await server.stop();
});

const ping = () => redis.run((client) => client.ping());

describe('connectRedis', () => {
  it('connects when it is first needed, once for all', async () => {
    await start();
    const ids = await Promise.all(Array.from({ length: 5 }, () => redis.run((client) => client.clientId())));
    expect(ids).toEqual([1, 1, 1, 1, 1]);
  });

  it('fails when nobody listens, and recovers when somebody does', async () => {
    await start();
    await server.pause();
    await expect(ping()).rejects.toMatchObject({ name: 'CacheUnavailable', cause: { code: 'ECONNREFUSED' } });
    await server.resume();
    expect(await ping()).toBe('PONG');
  });

  it('fails when the server takes a connection and says nothing, and recovers', async () => {
    await start();
    server.silence();
    await expect(ping()).rejects.toThrow(CacheUnavailable);
    await server.resume();
    expect(await ping()).toBe('PONG');
  });

  it('fails all that wait on a connection that fell silent, and recovers', async () => {
    await start();
    await ping();
    server.silence();
    const results = await Promise.allSettled([ping(), ping(), ping()]);
    expect(results.map((result) => result.status === 'rejected' && result.reason)).toEqual([
      expect.any(CacheUnavailable),
      expect.any(CacheUnavailable),
      expect.any(CacheUnavailable),
    ]);
    await server.resume();
    expect(await ping()).toBe('PONG');
  });

  it('ends a run whose work never does', async () => {
    await start();
    await expect(redis.run(() => new Promise(() => {}))).rejects.toThrow(CacheUnavailable);
    expect(await ping()).toBe('PONG');
  });

  it('goes on with a new connection when the old one turns out to be dead', async () => {
    await start();
    const runs: number[] = [];
    const cutOnce = redis.run(async (client) => {
      await client.ping();
      if (runs.push(await client.clientId()) === 1) await cut();
      return await client.ping();
    });
    await expect(cutOnce).rejects.toThrow(CacheUnavailable);

    await ping();
    runs.length = 0;
    const answer = await redis.run(async (client) => {
      if (runs.push(await client.clientId()) === 1) await cut();
      return await client.ping();
    });
    expect(answer).toBe('PONG');
    expect(runs).toEqual([2, 3]);
  });

  it('passes on what the server refuses and keeps the connection', async () => {
    await start();
    await redis.run((client) => client.sAdd('set', 'member'));
    await expect(redis.run((client) => client.get('set'))).rejects.toMatchObject({
      name: 'CacheRefused',
      code: 'WRONGTYPE',
    });
    expect(await redis.run((client) => client.clientId())).toBe(1);
  });

  it('asks for credentials at every connection', async () => {
    await start({ password: 'second' });
    const passwords = ['first', 'second'];
    redis = connectRedis({
      url: server.url,
      credentials: async () => ({ username: 'default', password: passwords.shift() ?? '' }),
    });
    await expect(ping()).rejects.toMatchObject({ name: 'CacheRefused', code: 'WRONGPASS' });
    expect(await ping()).toBe('PONG');
  });

  it('takes the password of the address', async () => {
    await start({ password: 'secret' });
    redis = connectRedis({ url: server.url.replace('redis://', 'redis://:secret@') });
    expect(await ping()).toBe('PONG');
  });

  it('connects no more once it is closed', async () => {
    await start();
    await ping();
    redis.close();
    await expect(ping()).rejects.toThrow(CacheUnavailable);
  });

  it('leaves no connection behind when it is closed while it connects', async () => {
    await start();
    const silent = createServer((socket) => socket.resume()).listen({ host: '127.0.0.1', port: 0 });
    await once(silent, 'listening');
    const connected = once(silent, 'connection');
    const { port } = silent.address() as AddressInfo;
    const connecting = connectRedis({ url: `redis://127.0.0.1:${port}`, timeoutMilliseconds: 3_600_000 });
    const pinged = connecting.run((client) => client.ping()).catch((error: unknown) => error);
    // The client exists once its library is loaded. After this line it exists, and is not connected.
    await import('../../../../functions/stores/redis/redis-clients.ts');
    connecting.close();
    expect(await pinged).toBeInstanceOf(CacheUnavailable);
    const [socket] = await connected;
    if (!socket.closed) await once(socket, 'close');
    silent.close();
  });
});

describe('a cache of the other mode', () => {
  const refusal = async (run: Promise<unknown>) => {
    const error: unknown = await run.catch((reason: unknown) => reason);
    return error instanceof Error && { name: error.name, message: error.message, cause: String(error.cause) };
  };

  it.each(['MOVED 3999 127.0.0.1:6381', 'ASK 3999 127.0.0.1:6381'])(
    'is told by the first %s, which is not followed',
    async (redirect) => {
      await start();
      expect(await refusal(redis.run(() => Promise.reject(new Error(redirect))))).toEqual({
        name: 'WrongCacheMode',
        message: 'The cache is a cluster: set CACHE_MODE to cluster',
        cause: `Error: ${redirect}`,
      });
      expect(await ping()).toBe('PONG');
    },
  );

  it('is told by a server that refuses to describe its cluster', async () => {
    await start();
    const cluster = connectCluster({ url: server.url, timeoutMilliseconds });
    onTestFinished(() => cluster.close());
    expect(await refusal(cluster.run((client) => client.get('key')))).toEqual({
      name: 'WrongCacheMode',
      message: 'The cache is no cluster: set CACHE_MODE to server',
      cause: 'Error: ERR This instance has cluster support disabled',
    });
  });
});

async function cut(): Promise<void> {
  await server.pause();
  await server.resume();
}
