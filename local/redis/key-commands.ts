import { type ExpiryUnit, expiryAt, globToExpression, integer, syntaxError } from './arguments.ts';
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

  EXPIRE: expires('EX', 'expire'),
  PEXPIRE: expires('PX', 'pexpire'),
  PEXPIREAT: expires('PXAT', 'pexpireat'),
  TTL: { arity: 2, run: (keys, key: string) => timeToLive(keys, key, 1000) },
  PTTL: { arity: 2, run: (keys, key: string) => timeToLive(keys, key, 1) },

  SCAN: { arity: -2, run: scan },
  DBSIZE: { arity: 1, run: (keys) => [...keys.after(0)].length },
  FLUSHDB: {
    arity: -1,
    writes: true,
    run(keys, ...args) {
      if (args.length > 1 || !/^(A?SYNC)?$/i.test(args[0] ?? '')) throw syntaxError();
      keys.clear();
      return { simple: 'OK' };
    },
  },
} satisfies Record<string, DataCommand>;

function expires(unit: ExpiryUnit, command: string): DataCommand {
  return {
    arity: 3,
    writes: true,
    run(keys, key: string, amount: string) {
      const at = expiryAt(amount, unit, keys.now(), command);
      if (!keys.has(key)) return 0;
      keys.expireAt(key, at);
      return 1;
    },
  };
}

/** -2 for a key that is not there, -1 for one that stays, else the rest of its time, rounded. */
function timeToLive(keys: Keyspace, key: string, millisecondsPerUnit: number): number {
  if (!keys.has(key)) return -2;
  const at = keys.expiresAt(key);
  return at === undefined ? -1 : Math.round((at - keys.now()) / millisecondsPerUnit);
}

/**
 * The cursor is the order of the last key looked at, never an offset: a key that stands throughout a scan is found
 * even while the caller deletes what it finds.
 */
function scan(keys: Keyspace, cursor: string, ...args: string[]): Reply {
  if (!/^\d{1,15}$/.test(cursor)) throw new RedisError('ERR invalid cursor');
  const { matches, count, type } = scanOptions(args);
  const found: string[] = [];
  let last = 0;
  let seen = 0;
  for (const { key, order } of keys.after(Number(cursor))) {
    if (seen === count) return [String(last), found];
    seen += 1;
    last = order;
    if (matches.test(key) && (type === undefined || keys.type(key) === type)) found.push(key);
  }
  return ['0', found];
}

function scanOptions(args: readonly string[]): { matches: RegExp; count: number; type?: string } {
  const options: ReturnType<typeof scanOptions> = { matches: /^/, count: 10 };
  for (let n = 0; n < args.length; n += 2) {
    const value = args[n + 1];
    if (value === undefined) throw syntaxError();
    const option = (args[n] as string).toUpperCase();
    if (option === 'MATCH') options.matches = globToExpression(value);
    else if (option === 'TYPE') options.type = value.toLowerCase();
    else if (option === 'COUNT' && integer(value) >= 1n) options.count = Number(value);
    else throw syntaxError();
  }
  return options;
}
