import { type ExpiryUnit, expiryAt, integer, invalidExpiry, pairsOf, syntaxError } from './arguments.ts';
import type { DataCommand } from './commands.ts';
import type { Keyspace } from './keyspace.ts';
import { RedisError, type Reply } from './resp.ts';

const OK = { simple: 'OK' };
const INT64_MAX = 2n ** 63n - 1n;

export const STRING_COMMANDS = {
  GET: { arity: 2, run: (keys, key: string) => keys.string(key) ?? null },
  SET: { arity: -3, writes: true, run: set },
  SETEX: {
    arity: 4,
    writes: true,
    run(keys, key: string, seconds: string, value: string) {
      keys.store(key, value, futureExpiry(keys, seconds, 'EX', 'setex'));
      return OK;
    },
  },
  MGET: {
    arity: -2,
    run: (keys, ...names) => names.map((key) => (keys.type(key) === 'string' ? (keys.string(key) ?? null) : null)),
  },
  MSET: {
    arity: -3,
    writes: true,
    run(keys, ...args) {
      for (const [key, value] of pairsOf(args, 'mset')) keys.store(key, value);
      return OK;
    },
  },
  INCR: {
    arity: 2,
    writes: true,
    run(keys, key: string) {
      const next = integer(keys.string(key) ?? '0') + 1n;
      if (next > INT64_MAX) throw new RedisError('ERR increment or decrement would overflow');
      keys.store(key, next.toString(), keys.expiresAt(key));
      return next;
    },
  },
} satisfies Record<string, DataCommand>;

type SetOptions = { only?: 'NX' | 'XX'; get?: true; keepTtl?: true; expiresAt?: number };

function set(keys: Keyspace, key: string, value: string, ...args: string[]): Reply {
  const options = setOptions(keys, args);
  const before = options.get ? (keys.string(key) ?? null) : null;
  const allowed = options.only === undefined || keys.has(key) === (options.only === 'XX');
  if (allowed) keys.store(key, value, options.keepTtl ? keys.expiresAt(key) : options.expiresAt);
  if (options.get) return before;
  return allowed ? OK : null;
}

function setOptions(keys: Keyspace, args: readonly string[]): SetOptions {
  const options: SetOptions = {};
  for (let n = 0; n < args.length; n += 1) {
    const option = (args[n] as string).toUpperCase();
    const timed = options.keepTtl || options.expiresAt !== undefined;
    if ((option === 'NX' || option === 'XX') && (options.only ?? option) === option) options.only = option;
    else if (option === 'GET') options.get = true;
    else if (option === 'KEEPTTL' && options.expiresAt === undefined) options.keepTtl = true;
    else if (isExpiryUnit(option) && !timed && n + 1 < args.length) {
      n += 1;
      options.expiresAt = futureExpiry(keys, args[n] as string, option, 'set');
    } else throw syntaxError();
  }
  return options;
}

function isExpiryUnit(option: string): option is ExpiryUnit {
  return option === 'EX' || option === 'PX' || option === 'EXAT' || option === 'PXAT';
}

function futureExpiry(keys: Keyspace, amount: string, unit: ExpiryUnit, command: string): number {
  if (integer(amount) <= 0n) throw invalidExpiry(command);
  return expiryAt(amount, unit, keys.now(), command);
}
