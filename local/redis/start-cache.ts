import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { startRedisServer } from './redis-server.ts';
import { type RedisStandIn, startRedisStandIn } from './redis-stand-in.ts';

/** The cache of the local system, on a free port of the loopback interface. */
export type LocalCache = { url: string; stop(): Promise<void> } & (
  | { kind: 'redis-server' }
  | { kind: 'stand-in'; redis: RedisStandIn }
);

export type LocalCacheOptions = {
  /** The folder that keeps the content. Without one, the cache starts empty and leaves nothing. */
  folder?: string;
  /** False: starts the stand-in even if `redis-server` is installed. */
  preferReal?: boolean;
};

/** Starts the `redis-server` of this machine if it has one, else the stand-in. */
export async function startCache({ folder, preferReal = true }: LocalCacheOptions = {}): Promise<LocalCache> {
  const executable = preferReal ? findRedisServer() : undefined;
  if (executable) return { kind: 'redis-server', ...(await startRedisServer(executable, folder)) };
  const redis = await startRedisStandIn({ folder });
  return { kind: 'stand-in', url: redis.url, redis, stop: redis.stop };
}

/** The `redis-server` that a shell would start. Undefined: none is installed. */
export function findRedisServer(path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'redis-server'))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
