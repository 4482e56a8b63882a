import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectRedis, type Redis } from '../../functions/stores/redis/connect-redis.ts';

/** Which process serves a folder, for whoever comes after a `kill -9` of its parent. */
export type RunningServer = { pid: number; port: number };

export function rememberRunning(folder: string, running: RunningServer): void {
  writeFileSync(fileIn(folder), JSON.stringify(running));
}

export function forgetRunning(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}

/**
 * Stops the Redis that an earlier process left running on this folder. The server itself is asked who it is, since its
 * pid and its port may belong to somebody else by now; only one with that pid and this folder is told to shut down.
 */
export async function stopOrphan(folder: string): Promise<void> {
  if (!existsSync(fileIn(folder))) return;
  const { pid, port } = JSON.parse(readFileSync(fileIn(folder), 'utf8')) as RunningServer;
  const redis = connectRedis({ url: `redis://127.0.0.1:${port}` });
  try {
    if (await isOurs(redis, pid, folder)) await shutDown(redis);
  } finally {
    redis.close();
  }
  forgetRunning(folder);
}

/** Nobody there, or somebody who does not speak Redis or refuses to say, is not ours. */
async function isOurs(redis: Redis, pid: number, folder: string): Promise<boolean> {
  try {
    const [info, { dir }] = await redis.run((client) => Promise.all([client.info('server'), client.configGet('dir')]));
    return info.includes(`process_id:${pid}\r\n`) && dir === realpathSync(folder);
  } catch {
    return false;
  }
}

/** Ends when the server has cut the connection, which it does by exiting. */
async function shutDown(redis: Redis): Promise<void> {
  await redis.run((client) => client.sendCommand(['SHUTDOWN', 'NOSAVE'])).catch(() => undefined);
}

function fileIn(folder: string): string {
  return join(folder, 'redis-server.json');
}
