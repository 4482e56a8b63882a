import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { VideoCache } from '../../functions/deletion/ports.ts';

/** What the suite does in the cache without the port. The names are those of a Redis client. Times are in seconds. */
export type CacheInside = {
  mSet(entries: Record<string, string>): Promise<unknown>;
  sAdd(key: string, members: string | string[]): Promise<unknown>;
  hSet(key: string, field: string, value: string): Promise<unknown>;
  unlink(keys: string[]): Promise<number>;
  flushDb(): Promise<unknown>;
  dbSize(): Promise<number>;
  exists(keys: string | string[]): Promise<number>;
  sMembers(key: string): Promise<string[]>;
  get(key: string): Promise<string | null>;
  ttl(key: string): Promise<number>;
};

/** An implementation under test, and a second client of the same cache. */
export type VideoCacheSetup = { cache: VideoCache; inside: CacheInside; stop(): Promise<void> };

const KEYS = ['video:1', 'video:1:meta', 'video:1:stats', 'user:7:profile'];
const PAGES_IN = 'video:1:feeds';

/** What the deletion relies on in a `VideoCache`. */
export function describeVideoCache(start: () => Promise<VideoCacheSetup>): void {
  let setup: VideoCacheSetup;
  const fill = async (pages: readonly string[]) => {
    await setup.inside.mSet(Object.fromEntries([...KEYS, ...pages].map((key) => [key, 'content'])));
    if (pages.length > 0) await setup.inside.sAdd(PAGES_IN, [...pages]);
  };

  beforeAll(async () => {
    setup = await start();
  });
  beforeEach(() => setup.inside.flushDb());
  afterAll(() => setup.stop());

  it('deletes the keys, the listed pages and the list, and counts what was there', async () => {
    await fill(['feed:1', 'feed:2']);
    expect(await setup.cache.invalidate([...KEYS, 'video:1:playback'], PAGES_IN)).toEqual({ keys: 4, pages: 2 });
    expect(await setup.inside.dbSize()).toBe(0);
  });

  it('touches nothing else', async () => {
    await fill(['feed:1']);
    await setup.inside.mSet({ 'video:10': 'a neighbour', 'video:1:gone': 'the fence', 'feed:9': 'a page without it' });
    await setup.inside.sAdd('video:10:feeds', 'feed:9');
    await setup.cache.invalidate(KEYS, PAGES_IN);
    const left = await setup.inside.exists(['video:10', 'video:1:gone', 'feed:9', 'video:10:feeds']);
    expect([left, await setup.inside.dbSize()]).toEqual([4, 4]);
  });

  it('leaves alone what the list names and is no page, and says how many there are', async () => {
    const others = { 'video:2': 'a neighbour', 'user:8:profile': 'a user', 'feed:version': '7', 'session:9': 'x' };
    await fill(['feed:1']);
    await setup.inside.mSet(others);
    await setup.inside.sAdd(PAGES_IN, Object.keys(others));
    expect(await setup.cache.look(KEYS, PAGES_IN)).toEqual({ keys: 4, pages: 1 });
    expect(await setup.cache.invalidate(KEYS, PAGES_IN)).toEqual({ keys: 4, pages: 1, others: 4 });
    expect([await setup.inside.exists(Object.keys(others)), await setup.inside.dbSize()]).toEqual([4, 4]);
  });

  it('finds nothing the second time, which is success', async () => {
    await fill(['feed:1']);
    await setup.cache.invalidate(KEYS, PAGES_IN);
    expect(await setup.cache.invalidate(KEYS, PAGES_IN)).toEqual({ keys: 0, pages: 0 });
  });

  it('deletes values of every type', async () => {
    await setup.inside.hSet('video:1', 'title', 'value');
    await setup.inside.sAdd('video:1:meta', 'member');
    expect(await setup.cache.invalidate(KEYS, PAGES_IN)).toEqual({ keys: 2, pages: 0 });
    expect(await setup.inside.dbSize()).toBe(0);
  });

  it('counts only pages that are still there, and empties the list all the same', async () => {
    await fill(['feed:1']);
    await setup.inside.sAdd(PAGES_IN, ['feed:expired']);
    expect(await setup.cache.invalidate(KEYS, PAGES_IN)).toEqual({ keys: 4, pages: 1 });
    expect(await setup.inside.dbSize()).toBe(0);
  });

  it('deletes thousands of pages', async () => {
    const pages = Array.from({ length: 2345 }, (_, n) => `feed:${n}`);
    await fill(pages);
    expect(await setup.cache.look(KEYS, PAGES_IN)).toEqual({ keys: 4, pages: 2345 });
    expect(await setup.cache.invalidate(KEYS, PAGES_IN)).toEqual({ keys: 4, pages: 2345 });
    expect(await setup.inside.dbSize()).toBe(0);
  });

  it('looks without changing anything', async () => {
    await fill(['feed:1', 'feed:2']);
    await setup.inside.unlink(['feed:2', 'video:1:meta']);
    expect(await setup.cache.look(KEYS, PAGES_IN)).toEqual({ keys: 3, pages: 1 });
    expect(await setup.cache.look(KEYS, PAGES_IN)).toEqual({ keys: 3, pages: 1 });
    expect(await setup.inside.sMembers(PAGES_IN)).toHaveLength(2);
  });

  it('finds an empty cache empty', async () => {
    expect(await setup.cache.look(KEYS, PAGES_IN)).toEqual({ keys: 0, pages: 0 });
    expect(await setup.cache.look([], PAGES_IN)).toEqual({ keys: 0, pages: 0 });
  });

  it('raises a fence for a time, and again', async () => {
    await setup.cache.fence('video:1:gone', 'first', 10);
    await setup.cache.fence('video:1:gone', 'second', 3600);
    expect(await setup.inside.get('video:1:gone')).toBe('second');
    expect(await setup.inside.ttl('video:1:gone')).toBeGreaterThan(3500);
  });

  it('lifts the fence; lifting none is success', async () => {
    await setup.cache.fence('video:1:gone', 'deletion', 3600);
    await setup.cache.lift('video:1:gone');
    await setup.cache.lift('video:1:gone');
    expect(await setup.inside.exists('video:1:gone')).toBe(0);
  });

  it('ages the feeds by one version each time', async () => {
    await setup.cache.ageFeeds();
    expect(await setup.inside.get('feed:version')).toBe('1');
    await setup.cache.ageFeeds();
    expect(await setup.inside.get('feed:version')).toBe('2');
  });
}
