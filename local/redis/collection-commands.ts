import { pairsOf } from './arguments.ts';
import type { DataCommand } from './commands.ts';

/** Sets and hashes. A set that loses its last member is deleted. */
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
} satisfies Record<string, DataCommand>;
