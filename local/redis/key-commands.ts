import { expiryAfter, integer, syntaxError } from './arguments.ts';
import type { DataCommand } from './commands.ts';
import type { Keyspace } from './keyspace.ts';
import { RedisError, type Reply } from './resp.ts';

const deleteKeys: DataCommand = {
  arity: -2,
  writes: true,
  run: (keys, ...names) => names.filter((key) => keys.delete(key)).length,
};

/** Commands that work on keys of any type. */
export const KEY_COMMANDS = {
  DEL: deleteKeys,
  UNLINK: deleteKeys,
  EXISTS: { arity: -2, run: (keys, ...names) => names.filter((key) => keys.has(key)).length },
  TYPE: { arity: 2, run: (keys, key: string) => ({ simple: keys.type(key) ?? 'none' }) },

  EXPIRE: {
    arity: 3,
    writes: true,
    run(keys, key: string, seconds: string) {
      const at = expiryAfter(seconds, keys.now(), 'expire');
      if (!keys.has(key)) return 0;
      keys.expireAt(key, at);
      return 1;
    },
  },
  TTL: { arity: 2, run: (keys, key: string) => secondsToLive(keys, key) },

  SCAN: { arity: 4, run: scan },
  DBSIZE: { arity: 1, run: (keys) => [...keys.after(0)].length },
  FLUSHDB: {
    arity: 1,
    writes: true,
    run(keys) {
      keys.clear();
      return { simple: 'OK' };
    },
  },
} satisfies Record<string, DataCommand>;

/** -2 for a missing key, -1 for a key without an expiry, else the rest of its time, rounded. */
function secondsToLive(keys: Keyspace, key: string): number {
  if (!keys.has(key)) return -2;
  const at = keys.expiresAt(key);
  return at === undefined ? -1 : Math.round((at - keys.now()) / 1000);
}

/**
 * `SCAN cursor COUNT count`. The cursor is the order of the last key looked at, never an offset: a scan finds each key
 * that exists throughout it, even while the caller deletes what it finds.
 */
function scan(keys: Keyspace, cursor: string, option: string, count: string): Reply {
  if (!/^\d{1,15}$/.test(cursor)) throw new RedisError('ERR invalid cursor');
  if (option.toUpperCase() !== 'COUNT' || integer(count) < 1n) throw syntaxError();
  const found: string[] = [];
  let last = 0;
  for (const { key, order } of keys.after(Number(cursor))) {
    if (found.length === Number(count)) return [String(last), found];
    last = order;
    found.push(key);
  }
  return ['0', found];
}
