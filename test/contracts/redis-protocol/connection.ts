import { expect, it } from 'vitest';
import type { RedisConnection } from '../redis-protocol.ts';

/** What a connection can ask about itself. */
export function describeConnection(client: () => RedisConnection, protocol: 2 | 3): void {
  it('says which protocol it speaks', async () => {
    const hello = await client().sendCommand<unknown>(['HELLO']);
    const proto = Array.isArray(hello) ? hello[hello.indexOf('proto') + 1] : (hello as { proto: number }).proto;
    expect(proto).toBe(protocol);
  });

  it('answers a ping', async () => {
    expect(await client().ping()).toBe('PONG');
    expect(await client().ping('there?')).toBe('there?');
  });

  it('knows its clients by number and name', async () => {
    await client().clientSetName('worker');
    expect(await client().clientGetName()).toBe('worker');
    expect(await client().clientId()).toBeGreaterThan(0);
  });

  it('lets the default user in when there is no password, and nobody else', async () => {
    expect(await client().auth({ username: 'default', password: 'anything' })).toBe('OK');
    await expect(client().auth({ username: 'somebody', password: 'anything' })).rejects.toThrow(/^WRONGPASS /);
    await expect(client().auth({ password: 'anything' })).rejects.toThrow(/^ERR AUTH <password> called without any/);
  });

  it('has database 0', async () => {
    expect(await client().sendCommand(['SELECT', '0'])).toBe('OK');
    await expect(client().sendCommand(['SELECT', '99'])).rejects.toThrow('ERR DB index is out of range');
  });

  it('answers a pipeline in order', async () => {
    const answers = await Promise.all(Array.from({ length: 2000 }, () => client().incr('counter')));
    expect(answers).toEqual(Array.from({ length: 2000 }, (_, n) => n + 1));
  });

  it('says goodbye', async () => {
    const other = client()
      .duplicate()
      .on('error', () => {});
    await other.connect();
    expect(await other.sendCommand(['QUIT'])).toBe('OK');
  });
}
