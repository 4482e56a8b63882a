import type { KeyCommands, Redis } from '../../functions/stores/redis/connect-redis.ts';

/**
 * The cache operations that the reads need. Every call names one key, so it works on a cluster. Every call throws when
 * the cache is down.
 */
export type ReadCache = {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, seconds: number): Promise<void>;
  exists(key: string): Promise<boolean>;
  unlink(key: string): Promise<void>;
  /** Adds the member, and lets the set expire after `seconds` from now. */
  addToSet(key: string, member: string, seconds: number): Promise<void>;
  removeFromSet(key: string, member: string): Promise<void>;
};

/** The reads' cache in Redis or Valkey. */
export function createReadCache(redis: Redis<KeyCommands>): ReadCache {
  return {
    get: (key) => redis.run((client) => client.get(key)),
    async set(key, value, seconds) {
      await redis.run((client) => client.set(key, value, { expiration: { type: 'EX', value: seconds } }));
    },
    exists: async (key) => (await redis.run((client) => client.exists(key))) > 0,
    async unlink(key) {
      await redis.run((client) => client.unlink(key));
    },
    async addToSet(key, member, seconds) {
      await redis.run((client) => Promise.all([client.sAdd(key, member), client.expire(key, seconds)]));
    },
    async removeFromSet(key, member) {
      await redis.run((client) => client.sRem(key, member));
    },
  };
}

/**
 * Runs a cache operation. Returns undefined without a cache, or while it is down: the database has every answer, so a
 * cache that is down makes reads slower, but never makes them fail.
 */
export async function askCache<T>(
  cache: ReadCache | undefined,
  ask: (cache: ReadCache) => Promise<T>,
): Promise<T | undefined> {
  try {
    return cache && (await ask(cache));
  } catch {
    return undefined;
  }
}

/**
 * The cached value under `key`, or else the value that `load` returns. It is cached for `seconds` if `mayKeep` is true.
 * Only for values that show no video.
 */
export async function readThrough<Value>(
  cache: ReadCache | undefined,
  entry: { key: string; seconds: number; load: () => Promise<{ value: Value; mayKeep: boolean }> },
): Promise<Value> {
  const kept = await askCache(cache, (it) => it.get(entry.key));
  if (kept) return JSON.parse(kept);
  const { value, mayKeep } = await entry.load();
  // `undefined` means that the cache is down. Another request would only make the caller wait again.
  if (mayKeep && kept !== undefined)
    await askCache(cache, (it) => it.set(entry.key, JSON.stringify(value), entry.seconds));
  return value;
}
