import { pairsOf } from './arguments.ts';
import type { DataCommand } from './commands.ts';

/** Sets and hashes. One that has lost its last element is no key any more. */
export const COLLECTION_COMMANDS = {
  SADD: {
    arity: -3,
    writes: true,
    run(keys, key: string, ...members) {
      const set = keys.set(key) ?? new Set();
      const before = set.size;
      for (const member of members) set.add(member);
      keys.store(key, set, keys.expiresAt(key));
      return set.size - before;
    },
  },
  SREM: {
    arity: -3,
    writes: true,
    run(keys, key: string, ...members) {
      const set = keys.set(key) ?? new Set();
      const removed = members.filter((member) => set.delete(member)).length;
      if (set.size === 0) keys.delete(key);
      return removed;
    },
  },
  SMEMBERS: { arity: 2, run: (keys, key: string) => keys.set(key) ?? new Set() },
  SISMEMBER: { arity: 3, run: (keys, key: string, member: string) => Number(keys.set(key)?.has(member) ?? false) },
  SCARD: { arity: 2, run: (keys, key: string) => keys.set(key)?.size ?? 0 },

  HSET: {
    arity: -4,
    writes: true,
    run(keys, key: string, ...args) {
      const fields = pairsOf(args, 'hset');
      const hash = keys.hash(key) ?? new Map();
      const before = hash.size;
      for (const [field, value] of fields) hash.set(field, value);
      keys.store(key, hash, keys.expiresAt(key));
      return hash.size - before;
    },
  },
  HGET: { arity: 3, run: (keys, key: string, field: string) => keys.hash(key)?.get(field) ?? null },
  HGETALL: { arity: 2, run: (keys, key: string) => keys.hash(key) ?? new Map() },
  HDEL: {
    arity: -3,
    writes: true,
    run(keys, key: string, ...fields) {
      const hash = keys.hash(key) ?? new Map();
      const removed = fields.filter((field) => hash.delete(field)).length;
      if (hash.size === 0) keys.delete(key);
      return removed;
    },
  },
} satisfies Record<string, DataCommand>;
