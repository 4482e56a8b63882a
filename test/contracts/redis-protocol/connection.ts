import { expect, it } from 'vitest';
import type { RedisConnection } from '../redis-protocol.ts';

/** Commands about the connection itself, and its order. */
export function describeConnection(client: () => RedisConnection): void {
  it('says which protocol it speaks', async () => {
    expect(await client().sendCommand(['HELLO', '3'])).toMatchObject({ proto: 3 });
  });

  it('answers a ping', async () => {
    expect(await client().ping()).toBe('PONG');
  });

  it('knows its clients by number', async () => {
    expect(await client().clientId()).toBeGreaterThan(0);
  });

  it('lets the default user in when there is no password, and nobody else', async () => {
    const logIn = (user: string) => client().sendCommand(['HELLO', '3', 'AUTH', user, 'anything']);
    expect(await logIn('default')).toMatchObject({ proto: 3 });
    await expect(logIn('somebody')).rejects.toThrow(/^WRONGPASS /);
  });

  it('answers a pipeline in order', async () => {
    const answers = await Promise.all(Array.from({ length: 2000 }, () => client().incr('counter')));
    expect(answers).toEqual(Array.from({ length: 2000 }, (_, n) => n + 1));
  });
}
