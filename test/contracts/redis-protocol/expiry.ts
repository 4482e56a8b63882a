import { expect, it } from 'vitest';
import type { RedisConnection } from '../redis-protocol.ts';

/** Keys that live for a time. */
export function describeExpiry(client: () => RedisConnection): void {
  const isGone = (key: string) => expect.poll(() => client().exists(key), { interval: 10 }).toBe(0);

  it('lets a key go when its time is over', async () => {
    await client().set('key', 'value', { expiration: { type: 'PX', value: 30 } });
    await isGone('key');
    expect(await client().get('key')).toBeNull();
    expect(await client().ttl('key')).toBe(-2);
  });

  it('tells how long a key stays', async () => {
    await client().setEx('seconds', 100, 'value');
    await client().set('forever', 'value');
    expect(await client().ttl('seconds')).toSatisfy(isNearly100);
    expect(await client().pTTL('seconds')).toBeGreaterThan(90_000);
    expect(await client().ttl('forever')).toBe(-1);
  });

  it('gives a key a time, another, or none', async () => {
    await client().set('key', 'value');
    expect(await client().expire('key', 100)).toBe(1);
    await client().set('key', 'kept', { expiration: 'KEEPTTL' });
    expect(await client().ttl('key')).toSatisfy(isNearly100);
    await client().set('key', 'plain');
    expect(await client().ttl('key')).toBe(-1);
    expect(await client().expire('none', 100)).toBe(0);
    expect(await client().pExpire('key', 20)).toBe(1);
    await isGone('key');
  });

  it('deletes a key whose time lies in the past', async () => {
    await client().set('key', 'value');
    expect(await client().expire('key', -1)).toBe(1);
    expect(await client().exists('key')).toBe(0);
  });

  it('keeps the time of what is changed in place', async () => {
    await client().setEx('n', 100, '1');
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
