import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectRedis, type RedisClient } from '../../../functions/stores/redis/connect-redis.ts';
import { rememberRunning } from '../../../local/redis/redis-orphan.ts';
import { startRedisServer } from '../../../local/redis/redis-server.ts';
import { findRedisServer, type LocalCache, startCache } from '../../../local/redis/start-cache.ts';

let folder: string;
const started: LocalCache[] = [];
const start = async (options: Parameters<typeof startCache>[0]) => {
  const cache = await startCache(options);
  started.push(cache);
  return cache;
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-cache-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((cache) => cache.stop()));
  rmSync(folder, { recursive: true });
});

describe('startCache', () => {
  it('starts the stand-in when it is wanted', async () => {
    const cache = await start({ preferReal: false });
    expect(cache.kind).toBe('stand-in');
    expect(await ask(cache, (client) => client.ping())).toBe('PONG');
  });

  it.runIf(findRedisServer())('starts redis-server where it is installed', async () => {
    const cache = await start({});
    expect(cache.kind).toBe('redis-server');
    expect(await ask(cache, (client) => client.info('server'))).toContain('executable:');
    await cache.stop();
    await expect(ask(cache, (client) => client.ping())).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });
});

describe.each([
  { kind: 'stand-in', preferReal: false },
  ...(findRedisServer() ? [{ kind: 'redis-server', preferReal: true }] : []),
])('a $kind with a folder', ({ kind, preferReal }) => {
  it('has its content back after an orderly end', async () => {
    const before = await start({ folder, preferReal });
    await ask(before, (client) => client.set('key', 'value'));
    await before.stop();
    expect(await ask(await start({ folder, preferReal }), (client) => client.get('key'))).toBe('value');
  });

  it('has its content back after a kill -9 of its process, and leaves no server behind', async () => {
    const { child, url } = await startInAnotherProcess(preferReal);
    await ask({ url }, (client) => client.set('key', 'value'));
    child.kill('SIGKILL');
    await once(child, 'exit');

    const cache = await start({ folder, preferReal });
    expect(cache.kind).toBe(kind);
    expect(await ask(cache, (client) => client.get('key'))).toBe('value');
    await expect(ask({ url }, (client) => client.ping())).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });
});

describe.runIf(findRedisServer())('a server that has got the number of an earlier one', () => {
  it('is left alone', async () => {
    const other = await start({});
    const info = await ask(other, (client) => client.info('server'));
    const pid = Number(/process_id:(\d+)/.exec(info)?.[1]);
    rememberRunning(folder, { pid, port: Number(new URL(other.url).port) });

    await start({ folder });
    expect(await ask(other, (client) => client.ping())).toBe('PONG');
  });
});

describe('a server that does not start', () => {
  it('is reported with what it said', async () => {
    const executable = join(folder, 'redis-server');
    writeFileSync(executable, '#!/bin/sh\necho out of memory >&2\nexit 1\n', { mode: 0o755 });
    await expect(startRedisServer(executable, folder)).rejects.toThrow('redis-server did not start: out of memory');
  });
});

describe('findRedisServer', () => {
  it('takes the first one on the path that can be run', () => {
    const file = join(folder, 'redis-server');
    writeFileSync(file, '');
    const path = ['/nowhere', folder].join(delimiter);
    expect(findRedisServer(path)).toBeUndefined();
    chmodSync(file, 0o755);
    expect(findRedisServer(path)).toBe(file);
  });
});

async function ask<T>({ url }: { url: string }, question: (client: RedisClient) => Promise<T>): Promise<T> {
  const redis = connectRedis({ url });
  try {
    return await redis.run(question);
  } finally {
    redis.close();
  }
}

async function startInAnotherProcess(preferReal: boolean): Promise<{ child: ChildProcess; url: string }> {
  const module = new URL('../../../local/redis/start-cache.ts', import.meta.url).href;
  const options = JSON.stringify({ folder, preferReal });
  const program = `const { startCache } = await import('${module}'); console.log((await startCache(${options})).url);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, url };
}
