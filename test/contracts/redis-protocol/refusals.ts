import { expect, it } from 'vitest';
import type { RedisConnection } from '../redis-protocol.ts';

/** Refusals have the words of the real server: clients and people read them. */
export function describeRefusals(client: () => RedisConnection): void {
  it.each([
    [['SMEMBERS', 'string'], 'WRONGTYPE Operation against a key holding the wrong kind of value'],
    [['SADD', 'string', 'member'], 'WRONGTYPE Operation against a key holding the wrong kind of value'],
    [['SREM', 'string', 'member'], 'WRONGTYPE Operation against a key holding the wrong kind of value'],
    [['HSET', 'string', 'a', '1'], 'WRONGTYPE Operation against a key holding the wrong kind of value'],
    [['INCR', 'set'], 'WRONGTYPE Operation against a key holding the wrong kind of value'],
    [['GET', 'set'], 'WRONGTYPE Operation against a key holding the wrong kind of value'],
    [['GET'], "ERR wrong number of arguments for 'get' command"],
    [['MSET', 'a', '1', 'b'], "ERR wrong number of arguments for 'mset' command"],
    [['HSET', 'hash', 'a', '1', 'b'], "ERR wrong number of arguments for 'hset' command"],
    [['PING', 'a', 'b'], "ERR wrong number of arguments for 'ping' command"],
    [['SET', 'a', 'b', 'EX'], 'ERR syntax error'],
    [['SET', 'a', 'b', 'EX', '1', 'PX', '1'], 'ERR syntax error'],
    [['SET', 'a', 'b', 'EX', '0'], "ERR invalid expire time in 'set' command"],
    [['SET', 'a', 'b', 'EX', 'soon'], 'ERR value is not an integer or out of range'],
    [['EXPIRE', 'a', '99999999999999999'], "ERR invalid expire time in 'expire' command"],
    [['EXPIRE', 'a', '1.5'], 'ERR value is not an integer or out of range'],
    [['SCAN', 'first', 'COUNT', '1'], 'ERR invalid cursor'],
    [['SCAN', '0', 'COUNT', '0'], 'ERR syntax error'],
    [['HELLO', '9'], 'NOPROTO unsupported protocol version'],
    [['CLIENT', 'DANCE'], "ERR unknown subcommand 'DANCE'. Try CLIENT HELP."],
    [['CLUSTER', 'SLOTS'], 'ERR This instance has cluster support disabled'],
    [['DANCE', 'a', 'b'], "ERR unknown command 'DANCE', with args beginning with: 'a' 'b' "],
  ])('refuses %j', async (command, message) => {
    await client().set('string', 'value');
    await client().sAdd('set', 'member');
    await expect(client().sendCommand(command)).rejects.toThrow(new Error(message));
    expect(await client().dbSize()).toBe(2);
  });
}
