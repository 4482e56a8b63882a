import { isFeedPage } from '../../../functions/deletion/data-map/data-map.ts';
import type { Clock, VideoCache } from '../../../functions/deletion/ports.ts';
import type { CacheInside } from '../../contracts/video-cache.ts';
import type { Line } from './line.ts';

type Stored = { value: string | Set<string>; endsAt?: number };

/** A cache, and a client of the platform's beside it. */
export type MemoryCache = VideoCache & {
  inside: CacheInside;
  /** Every key with what it holds; fences, which are ours, stand under `fences`. */
  lines(): Line[];
};

/** The platform's cache in memory, held to the same contract suite as Redis. */
export function createMemoryCache({ clock }: { clock: Clock }): MemoryCache {
  const stored = new Map<string, Stored>();
  const read = (key: string): Stored | undefined => {
    const found = stored.get(key);
    if (found?.endsAt !== undefined && found.endsAt <= clock().getTime()) stored.delete(key);
    return stored.get(key);
  };
  const unlink = (keys: Iterable<string>) => [...keys].filter((key) => read(key) && stored.delete(key)).length;
  const exists = (keys: Iterable<string>) => [...keys].filter((key) => read(key)).length;
  const members = (key: string) => {
    const value = read(key)?.value;
    return value instanceof Set ? [...value] : [];
  };
  const set = (key: string, value: Stored['value']) => void stored.set(key, { value });

  return {
    async fence(key, value, seconds) {
      stored.set(key, { value, endsAt: clock().getTime() + seconds * 1000 });
    },
    lift: async (key) => void unlink([key]),
    async invalidate(keys, pagesIn) {
      const listed = pagesIn ? members(pagesIn) : [];
      const others = listed.filter((key) => !isFeedPage(key)).length;
      const removed = { keys: unlink(keys), pages: unlink(listed.filter(isFeedPage)), ...(others > 0 && { others }) };
      if (pagesIn) unlink([pagesIn]);
      return removed;
    },
    ageFeeds: async () => set('feed:version', `${Number(read('feed:version')?.value ?? 0) + 1}`),
    look: async (keys, pagesIn) => ({ keys: exists(keys), pages: exists(members(pagesIn).filter(isFeedPage)) }),

    inside: {
      mSet: async (entries) => {
        for (const [key, value] of Object.entries(entries)) set(key, value);
      },
      sAdd: async (key, added) => set(key, new Set([...members(key), ...[added].flat()])),
      hSet: async (key, field, value) => set(key, JSON.stringify({ [field]: value })),
      unlink: async (keys) => unlink(keys),
      flushDb: async () => stored.clear(),
      dbSize: async () => exists([...stored.keys()]),
      exists: async (keys) => exists([keys].flat()),
      sMembers: async (key) => members(key),
      get: async (key) => {
        const value = read(key)?.value;
        return typeof value === 'string' ? value : null;
      },
      ttl: async (key) => ((read(key)?.endsAt ?? 0) - clock().getTime()) / 1000,
    },
    lines: () =>
      [...stored.keys()]
        .filter((key) => read(key))
        .map((key) => ({ place: key.endsWith(':gone') ? 'fences' : 'cache', text: `${key} ${textOf(read(key))}` })),
  };
}

function textOf(found: Stored | undefined): string {
  const value = found?.value ?? '';
  return typeof value === 'string' ? value : [...value].sort().join(' ');
}
