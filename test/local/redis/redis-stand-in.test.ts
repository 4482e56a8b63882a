import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createClient } from '@redis/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CacheUnavailable, connectRedis, type RedisClient } from '../../../functions/stores/redis/connect-redis.ts';
import { type RedisStandIn, type RedisStandInOptions, startRedisStandIn } from '../../../local/redis/redis-stand-in.ts';

let server: RedisStandIn;
let client: RedisClient;
const start = async (options: RedisStandInOptions = {}) => {
  server = await startRedisStandIn(options);
  client = createClient({ url: server.url, socket: { reconnectStrategy: false } });
  await client.on('error', () => {}).connect();
};
const stop = async () => {
  client.destroy();
  await server.stop();
};
afterEach(() => stop());

describe('the stand-in', () => {
  it('refuses KEYS, as ElastiCache Serverless does', async () => {
    await start();
    await expect(client.keys('*')).rejects.toThrow(/^ERR unknown command 'KEYS'/);
  });

  it('lets a user with tokens in, whatever the token, and nobody else', async () => {
    await start({ tokenUser: 'deleter' });
    const logIn = (user: string) => client.sendCommand(['HELLO', '3', 'AUTH', user, 'token']);
    expect(await logIn('deleter')).toMatchObject({ server: 'redis' });
    await expect(logIn('somebody')).rejects.toThrow(/^WRONGPASS /);
  });

  it('does not take a name from an object prototype for a command', async () => {
    await start();
    await expect(client.sendCommand(['constructor'])).rejects.toThrow(/^ERR unknown command 'constructor'/);
    await expect(client.sendCommand(['toString'])).rejects.toThrow(/^ERR unknown command 'toString'/);
  });

  it('answers what was asked before a broken request, and hangs up', async () => {
    await start();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write('*1\r\n$4\r\nPING\r\n*1\r\n:0\r\n');
    expect(await text(socket)).toBe("+PONG\r\n-ERR Protocol error: expected '$', got ':'\r\n");
  });

  it('cuts its clients and takes none while it is paused, and keeps its content', async () => {
    await start();
    await client.set('key', 'value');
    await server.pause();
    await expect(client.get('key')).rejects.toThrow();
    await expect(
      client
        .duplicate()
        .on('error', () => {})
        .connect(),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    await server.resume();
    client = await client.duplicate().connect();
    expect(await client.get('key')).toBe('value');
  });

  it('does nothing of what it is told while it is silent, and cuts its clients afterwards', async () => {
    await start();
    await client.set('key', 'value');
    server.silence();
    const patient = connectRedis({ url: server.url, timeoutMilliseconds: 500 });
    await expect(patient.run((unheard) => unheard.set('key', 'unheard'))).rejects.toThrow(CacheUnavailable);

    const cut = once(client, 'terminated');
    await server.resume();
    await cut;
    expect(await patient.run((heard) => heard.get('key'))).toBe('value');
    patient.close();
  });
});

describe('the journal', () => {
  let folder: string;
  const restart = async () => {
    await stop();
    await start({ folder });
  };
  const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
    await start({ folder });
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  it('brings everything back, time after time', async () => {
    const bytes = Buffer.from([0, 10, 13, 34, 92, 255]);
    await client.set(bytes, bytes);
    await client.set('expiring', 'value', { expiration: { type: 'EX', value: 100 } });
    await client.sAdd('set', ['a', 'b', 'c']);
    await client.sRem('set', 'b');
    await client.expire('set', 1000);
    await client.hSet('hash', { title: 'one', views: '2' });
    await client.set('deleted', 'value');
    await client.unlink('deleted');

    for (const _ of ['from what was written', 'from what was shortened']) {
      await restart();
      expect(await client.dbSize()).toBe(4);
      const read = await client.sendCommand<Buffer>(['GET', bytes], { typeMapping: { 36: Buffer } });
      expect(read.equals(bytes)).toBe(true);
      expect(await client.ttl('expiring')).toBe(100);
      expect((await client.sMembers('set')).sort()).toEqual(['a', 'c']);
      expect(await client.ttl('set')).toBe(1000);
      expect([await client.type('hash'), await client.hSet('hash', { title: 'one', views: '2' })]).toEqual(['hash', 0]);
    }
  });

  it('counts the time of a key from when it was set', async () => {
    await client.set('short', 'value', { expiration: { type: 'EX', value: 20 } });
    await client.set('long', 'value', { expiration: { type: 'EX', value: 40 } });
    later(30);
    await restart();
    expect([await client.ttl('short'), await client.ttl('long')]).toEqual([-2, 10]);
    await restart();
    expect([await client.ttl('short'), await client.ttl('long')]).toEqual([-2, 10]);
  });

  it('replays a command as it went then, though its key has expired since', async () => {
    await client.set('n', '5', { expiration: { type: 'EX', value: 20 } });
    later(30);
    expect(await client.incr('n')).toBe(1);
    await restart();
    expect(await client.get('n')).toBe('1');
  });

  it('drops a last line that a kill cut off', async () => {
    await client.set('key', 'value');
    await server.stop();
    appendFileSync(join(folder, 'stand-in.journal'), '[1,"SET","key","ha');
    await restart();
    expect(await client.get('key')).toBe('value');
    await client.set('key', 'later');
    await restart();
    expect(await client.get('key')).toBe('later');
  });

  it('grows no longer than its content from start to start', async () => {
    for (let n = 0; n < 100; n += 1) await client.set('key', `value ${n}`);
    await restart();
    expect(statSync(join(folder, 'stand-in.journal')).size).toBeLessThan(100);
    expect(await client.get('key')).toBe('value 99');
  });
});
