import { expect, it } from 'vitest';
import type { RedisConnection } from '../redis-protocol.ts';

/** What works on keys of any type. */
export function describeKeys(client: () => RedisConnection): void {
  it('deletes, and says how many were there', async () => {
    await client().mSet({ a: '1', b: '2', c: '3' });
    expect(await client().exists(['a', 'b', 'b', 'none'])).toBe(3);
    expect(await client().unlink(['a', 'none'])).toBe(1);
    expect(await client().del(['b', 'c', 'c'])).toBe(2);
    expect(await client().dbSize()).toBe(0);
  });

  it('tells the types apart', async () => {
    await client().set('string', 'value');
    await client().sAdd('set', 'a');
    await client().hSet('hash', 'field', 'value');
    const types = await Promise.all(['string', 'set', 'hash', 'none'].map((key) => client().type(key)));
    expect(types).toEqual(['string', 'set', 'hash', 'none']);
  });

  it('empties itself', async () => {
    await client().set('key', 'value');
    await client().flushDb();
    expect(await client().dbSize()).toBe(0);
  });

  it('finds every key of a pattern by scanning, even while they are deleted', async () => {
    const names = Array.from({ length: 500 }, (_, n) => `video:${n}`);
    await client().mSet(Object.fromEntries([...names, 'user:1', 'user:2'].map((name) => [name, 'value'])));
    const found = new Set<string>();
    for await (const batch of client().scanIterator({ MATCH: 'video:*', COUNT: 20 })) {
      for (const key of batch) found.add(key);
      if (batch.length > 0) await client().unlink(batch);
    }
    expect([...found].sort()).toEqual(names.sort());
    expect(await client().dbSize()).toBe(2);
  });

  it('finds every key by scanning while those it has found are written again', async () => {
    const names = Array.from({ length: 200 }, (_, n) => `video:${n}`);
    await client().mSet(Object.fromEntries(names.map((name) => [name, 'value'])));
    const found = new Set<string>();
    for await (const batch of client().scanIterator({ COUNT: 20 })) {
      for (const key of batch) found.add(key);
      await Promise.all(batch.map((key) => client().set(key, 'written again')));
    }
    expect([...found].sort()).toEqual(names.sort());
  });

  it.each([
    ['h?llo', ['hallo', 'hello']],
    ['h[ae]llo', ['hallo', 'hello']],
    ['h[^e]llo', ['hallo']],
    ['h[a-c]llo', ['hallo']],
    ['*\\**', ['st*r']],
    ['a.b', []],
    ['*', ['hallo', 'heello', 'hello', 'st*r']],
  ])('scans for %s', async (pattern, expected) => {
    await client().mSet({ hello: '1', hallo: '1', heello: '1', 'st*r': '1' });
    const { keys } = await client().scan('0', { MATCH: pattern, COUNT: 100 });
    expect(keys.sort()).toEqual(expected);
  });

  it('scans for a type', async () => {
    await client().sAdd('set', 'a');
    await client().set('string', 'value');
    expect((await client().scan('0', { TYPE: 'set', COUNT: 100 })).keys).toEqual(['set']);
  });
}
