import { expiryAfter, integer, invalidExpiry, pairsOf, syntaxError } from './arguments.ts';
import type { DataCommand } from './commands.ts';
import type { Keyspace } from './keyspace.ts';
import { RedisError } from './resp.ts';

const OK = { simple: 'OK' };
const INT64_MAX = 2n ** 63n - 1n;

export const STRING_COMMANDS = {
  GET: { arity: 2, run: (keys, key: string) => keys.string(key) ?? null },
  SET: {
    arity: -3,
    writes: true,
    run(keys, key: string, value: string, ...options) {
      keys.store(key, value, expiryIn(keys, options));
      return OK;
    },
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

/** Of the options of SET, the stand-in knows `EX seconds`. */
function expiryIn(keys: Keyspace, options: readonly string[]): number | undefined {
  if (options.length === 0) return undefined;
  const [option = '', seconds, ...others] = options;
  if (option.toUpperCase() !== 'EX' || seconds === undefined || others.length > 0) throw syntaxError();
  if (integer(seconds) <= 0n) throw invalidExpiry('set');
  return expiryAfter(seconds, keys.now(), 'set');
}
