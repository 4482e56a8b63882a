import { expect, it } from 'vitest';
import type { RedisConnection } from '../redis-protocol.ts';

/** Keys that expire. */
export function describeExpiry(client: () => RedisConnection): void {
  const setFor = (key: string, seconds: number, value = 'value') =>
    client().set(key, value, { expiration: { type: 'EX', value: seconds } });

  it('lets a key go when its time is over', async () => {
    await setFor('key', 1);
    await expect.poll(() => client().exists('key'), { interval: 10 }).toBe(0);
    expect(await client().get('key')).toBeNull();
    expect(await client().ttl('key')).toBe(-2);
  });

  it('tells how long a key stays', async () => {
    await setFor('seconds', 100);
    await client().set('forever', 'value');
    expect(await client().ttl('seconds')).toSatisfy(isNearly100);
    expect(await client().ttl('forever')).toBe(-1);
  });

  it('gives a key a time, another, or none', async () => {
    await client().set('key', 'value');
    expect(await client().expire('key', 1000)).toBe(1);
    expect(await client().expire('key', 100)).toBe(1);
    expect(await client().ttl('key')).toSatisfy(isNearly100);
    await client().set('key', 'plain');
    expect(await client().ttl('key')).toBe(-1);
    expect(await client().expire('none', 100)).toBe(0);
  });

  it('deletes a key whose time lies in the past', async () => {
    await client().set('key', 'value');
    expect(await client().expire('key', -1)).toBe(1);
    expect(await client().exists('key')).toBe(0);
  });

  it('keeps the time of what is changed in place', async () => {
    await setFor('n', 100, '1');
    await client().incr('n');
    await client().sAdd('set', 'a');
    await client().expire('set', 100);
    await client().sAdd('set', 'b');
    expect(await client().ttl('n')).toSatisfy(isNearly100);
    expect(await client().ttl('set')).toSatisfy(isNearly100);
  });
}

function isNearly100(seconds: number): boolean {
  return seconds > 90 && seconds <= 100;
}
