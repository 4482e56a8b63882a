import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectRedis, type Redis } from '../../functions/stores/redis/connect-redis.ts';

/** Which process serves a folder. The next start needs it after a `kill -9` of the parent. */
export type RunningServer = { pid: number; port: number };

export function rememberRunning(folder: string, running: RunningServer): void {
  writeFileSync(fileIn(folder), JSON.stringify(running));
}

export function forgetRunning(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}

/**
 * Stops the Redis that an earlier process left running on this folder. Its pid and its port may belong to another
 * process by now, so the server must confirm both its pid and this folder before it is shut down.
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

/** No server, one that is no Redis, and one that refuses the question are not ours. */
async function isOurs(redis: Redis, pid: number, folder: string): Promise<boolean> {
  try {
    const [info, { dir }] = await redis.run((client) => Promise.all([client.info('server'), client.configGet('dir')]));
    return info.includes(`process_id:${pid}\r\n`) && dir === realpathSync(folder);
  } catch {
    return false;
  }
}

/** Returns when the server has closed the connection, which happens at its exit. */
async function shutDown(redis: Redis): Promise<void> {
  await redis.run((client) => client.sendCommand(['SHUTDOWN', 'NOSAVE'])).catch(() => undefined);
}

function fileIn(folder: string): string {
  return join(folder, 'redis-server.json');
}
