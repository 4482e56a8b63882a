import { RedisError } from './resp.ts';

export type Value = string | Set<string> | Map<string, string>;
export type ValueType = 'string' | 'set' | 'hash';
type Entry = { value: Value; expiresAt: number | undefined; order: number };

/** The keys of one database. Times are milliseconds since 1970. An expired key counts as missing. */
export type Keyspace = {
  now(): number;
  /** Runs `work` as if the time were `at`: the journal replays each command at its own time. */
  asOf(at: number, work: () => void): void;

  has(key: string): boolean;
  type(key: string): ValueType | undefined;
  /** @throws {RedisError} WRONGTYPE when the key holds another type; `set` and `hash` do the same */
  string(key: string): string | undefined;
  set(key: string): Set<string> | undefined;
  hash(key: string): Map<string, string> | undefined;

  /** Replaces the value and the expiry of the key. */
  store(key: string, value: Value, expiresAt?: number): void;
  delete(key: string): boolean;
  clear(): void;

  expiresAt(key: string): number | undefined;
  expireAt(key: string, at: number): void;

  /** The keys with a higher order, in the order of their creation. A key keeps its order while others come and go. */
  after(order: number): Iterable<{ key: string; order: number }>;
};

export function typeOf(value: Value): ValueType {
  if (typeof value === 'string') return 'string';
  return value instanceof Set ? 'set' : 'hash';
}

/** An empty database. An expired key is deleted when it is next read. */
export function createKeyspace(): Keyspace {
  const entries = new Map<string, Entry>();
  let standingAt: number | undefined;
  let lastOrder = 0;

  const now = () => standingAt ?? Date.now();
  const find = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    if (entry?.expiresAt === undefined || entry.expiresAt > now()) return entry;
    entries.delete(key);
    return undefined;
  };
  const valueIn = (key: string, type: ValueType): Value | undefined => {
    const value = find(key)?.value;
    if (value === undefined || typeOf(value) === type) return value;
    throw new RedisError('WRONGTYPE Operation against a key holding the wrong kind of value');
  };

  return {
    now,
    asOf(at, work) {
      standingAt = at;
      try {
        work();
      } finally {
        standingAt = undefined;
      }
    },
    has: (key) => find(key) !== undefined,
    type(key) {
      const entry = find(key);
      return entry && typeOf(entry.value);
    },
    string: (key) => valueIn(key, 'string') as string | undefined,
    set: (key) => valueIn(key, 'set') as Set<string> | undefined,
    hash: (key) => valueIn(key, 'hash') as Map<string, string> | undefined,
    store(key, value, expiresAt) {
      const order = find(key)?.order ?? ++lastOrder;
      entries.set(key, { value, expiresAt, order });
    },
    delete: (key) => find(key) !== undefined && entries.delete(key),
    clear: () => entries.clear(),
    expiresAt: (key) => find(key)?.expiresAt,
    expireAt(key, at) {
      const entry = find(key);
      if (entry) entry.expiresAt = at;
    },
    *after(order) {
      for (const [key, entry] of entries) {
        if (entry.order > order && find(key)) yield { key, order: entry.order };
      }
    },
  };
}
