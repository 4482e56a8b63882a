import { expect, it } from 'vitest';
import type { RedisConnection } from '../redis-protocol.ts';

/** Plain values and counters. */
export function describeStrings(client: () => RedisConnection): void {
  it('keeps a value, replaces it, and knows none that was never set', async () => {
    expect(await client().set('key', 'one')).toBe('OK');
    expect(await client().set('key', 'two')).toBe('OK');
    expect(await client().get('key')).toBe('two');
    expect(await client().get('other')).toBeNull();
  });

  it('keeps bytes as they are, in keys and values', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
    await client().set(bytes, bytes);
    await client().set('ключ', 'значение ✓');
    const read = await client().sendCommand<Buffer>(['GET', bytes], { typeMapping: { 36: Buffer } });
    expect(read.equals(bytes)).toBe(true);
    expect(await client().get('ключ')).toBe('значение ✓');
  });

  it('keeps a value of several megabytes', async () => {
    const value = 'video '.repeat(1_000_000);
    await client().set('big', value);
    expect((await client().get('big')) === value).toBe(true);
  });

  it('sets many, whatever was there', async () => {
    await client().sAdd('a', 'member');
    expect(await client().mSet({ a: '1', b: '2' })).toBe('OK');
    expect([await client().get('a'), await client().get('b')]).toEqual(['1', '2']);
  });

  it('counts', async () => {
    expect([await client().incr('n'), await client().incr('n')]).toEqual([1, 2]);
    await client().set('n', 'many');
    await expect(client().incr('n')).rejects.toThrow('ERR value is not an integer or out of range');
    await client().set('n', '9223372036854775807');
    await expect(client().incr('n')).rejects.toThrow('ERR increment or decrement would overflow');
  });
}
