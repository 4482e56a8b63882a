import { expect, it } from 'vitest';
import type { RedisConnection } from '../redis-protocol.ts';

/** Commands that work on keys of any type. */
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

  it('finds every key by scanning, even while they are deleted', async () => {
    const names = Array.from({ length: 500 }, (_, n) => `video:${n}`);
    await client().mSet(Object.fromEntries(names.map((name) => [name, 'value'])));
    const found = new Set<string>();
    for await (const batch of client().scanIterator({ COUNT: 20 })) {
      for (const key of batch) found.add(key);
      if (batch.length > 0) await client().unlink(batch);
    }
    expect([...found].sort()).toEqual(names.sort());
    expect(await client().dbSize()).toBe(0);
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
}
