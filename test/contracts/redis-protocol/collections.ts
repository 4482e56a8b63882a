import { expect, it } from 'vitest';
import type { RedisConnection } from '../redis-protocol.ts';

/** Sets and hashes. */
export function describeCollections(client: () => RedisConnection): void {
  it('keeps a set', async () => {
    expect(await client().sAdd('set', ['a', 'b', 'a'])).toBe(2);
    expect(await client().sAdd('set', ['b', 'c'])).toBe(1);
    expect((await client().sMembers('set')).sort()).toEqual(['a', 'b', 'c']);
    expect(await client().sCard('set')).toBe(3);
    expect([await client().sIsMember('set', 'a'), await client().sIsMember('set', 'z')]).toEqual([1, 0]);
    expect(await client().sRem('set', ['a', 'z'])).toBe(1);
  });

  it('keeps a hash', async () => {
    expect(await client().hSet('hash', { title: 'one', views: '2' })).toBe(2);
    expect(await client().hSet('hash', 'title', 'two')).toBe(0);
    expect(await client().hGet('hash', 'title')).toBe('two');
    expect(await client().hGet('hash', 'none')).toBeNull();
    expect({ ...(await client().hGetAll('hash')) }).toEqual({ title: 'two', views: '2' });
    expect(await client().hDel('hash', ['views', 'none'])).toBe(1);
  });

  it('has no empty collections', async () => {
    await client().sAdd('set', 'a');
    await client().hSet('hash', 'field', 'value');
    await client().sRem('set', 'a');
    await client().hDel('hash', 'field');
    expect(await client().exists(['set', 'hash'])).toBe(0);
    expect(await client().sMembers('set')).toEqual([]);
    expect({ ...(await client().hGetAll('hash')) }).toEqual({});
    expect([await client().sRem('set', 'a'), await client().hDel('hash', 'field')]).toEqual([0, 0]);
  });
}
