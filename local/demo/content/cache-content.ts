import type { RedisClientType } from '@redis/client';

/** One key, its value, and whether it expires. */
export type CacheEntry = { key: string; value: string; expires: boolean };

/** Every string and set in the cache. */
export async function cacheContent(redis: RedisClientType): Promise<CacheEntry[]> {
  const entries = await Promise.all((await cacheKeys(redis)).map((key) => entryAt(redis, key)));
  return entries.filter((entry) => entry !== undefined);
}

/**
 * Every key in the cache, sorted. It scans the whole cache, so only demos and tests may use it, never a deletion.
 * ElastiCache Serverless has no `KEYS`.
 */
export async function cacheKeys(redis: RedisClientType): Promise<string[]> {
  const keys = new Set<string>();
  for await (const found of redis.scanIterator({ COUNT: 1_000 })) for (const key of found) keys.add(key);
  return [...keys].sort();
}

async function entryAt(redis: RedisClientType, key: string): Promise<CacheEntry | undefined> {
  const [type, seconds] = await Promise.all([redis.type(key), redis.ttl(key)]);
  const value = type === 'set' ? (await redis.sMembers(key)).sort().join('\n') : await valueAt(redis, key, type);
  return value === null ? undefined : { key, value, expires: seconds !== -1 };
}

async function valueAt(redis: RedisClientType, key: string, type: string): Promise<string | null> {
  return type === 'string' ? await redis.get(key) : null;
}

/**
 * Whether the key or its value contains the whole id of the video. An id that is one letter longer belongs to another
 * video.
 */
export function namesVideo({ key, value }: Pick<CacheEntry, 'key' | 'value'>, videoId: string): boolean {
  return new RegExp(`${videoId}(?![0-9a-z])`).test(`${key} ${value}`);
}
