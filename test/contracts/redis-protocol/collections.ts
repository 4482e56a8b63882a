import { expect, it } from 'vitest';
import type { RedisConnection } from '../redis-protocol.ts';

/** Sets and hashes. */
export function describeCollections(client: () => RedisConnection): void {
  it('keeps a set', async () => {
    expect(await client().sAdd('set', ['a', 'b', 'a'])).toBe(2);
    expect(await client().sAdd('set', ['b', 'c'])).toBe(1);
    expect((await client().sMembers('set')).sort()).toEqual(['a', 'b', 'c']);
    expect(await client().sRem('set', ['a', 'z'])).toBe(1);
    expect((await client().sMembers('set')).sort()).toEqual(['b', 'c']);
  });

  it('keeps a hash', async () => {
    expect(await client().hSet('hash', { title: 'one', views: '2' })).toBe(2);
    expect(await client().hSet('hash', 'title', 'two')).toBe(0);
  });

  it('has no empty sets', async () => {
    await client().sAdd('set', 'a');
    await client().sRem('set', 'a');
    expect(await client().exists('set')).toBe(0);
    expect(await client().sMembers('set')).toEqual([]);
    expect(await client().sRem('set', 'a')).toBe(0);
  });
}
