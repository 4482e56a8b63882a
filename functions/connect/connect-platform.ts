import type { SettingsOf } from '../settings/settings.ts';
import { connectCache } from '../stores/redis/connect-cache.ts';
import { createRedisCache } from '../stores/redis/redis-cache.ts';
import { connectRows, type RowsOptions } from './connect-rows.ts';

/**
 * The platform's database and cache. A file of its own: the cache's client is a third of a bundle, and few functions
 * need it.
 */
export function connectPlatform(settings: SettingsOf<'database' | 'cache'>, options: RowsOptions) {
  const { close, ...database } = connectRows(settings, options);
  const redis = redisOf(settings);
  return {
    ...database,
    ...(redis && { cache: createRedisCache(redis) }),
    /** Closes the connections. Nothing can be called afterwards. */
    async close(): Promise<void> {
      redis?.close();
      await close();
    },
  };
}

function redisOf(settings: SettingsOf<'cache'>) {
  const { CACHE_URL: url, CACHE_MODE: mode, CACHE_USER: user, CACHE_NAME: cache, CACHE_SECRET_ARN } = settings;
  if (!url) return undefined;
  return connectCache({
    url,
    mode,
    ...(user && cache && { iam: { user, cache } }),
    ...(CACHE_SECRET_ARN && { secretArn: CACHE_SECRET_ARN }),
  });
}
