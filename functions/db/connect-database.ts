import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';

/** Either a connection string, or a host that wants a fresh password per connection (an IAM token lives 15 minutes). */
export type DatabaseAddress =
  | { url: string }
  | { host: string; port: number; name: string; user: string; password: () => Promise<string> };

export type ConnectionOptions = {
  maxConnections: number;
  /** Told of a connection that was lost while nobody used it; the pool replaces it. */
  onLostConnection?: (error: Error) => void;
};

/** How long to wait for a connection, in milliseconds: well under the 29 s after which an HTTP API answers by itself. */
const CONNECTION_TIMEOUT = 5_000;

/**
 * A pool of connections, opened when they are needed; `destroy()` closes it. A host is spoken to over TLS only, since the
 * token must not travel in the clear. Timeouts of statements belong to the role (see `serving-role.ts`): RDS Proxy refuses them
 * as startup parameters, and `SET` would pin the connection to one client.
 */
export function connectDatabase(address: DatabaseAddress, options: ConnectionOptions): Kysely<Database> {
  const pool = new pg.Pool({
    ...credentialsOf(address),
    max: options.maxConnections,
    connectionTimeoutMillis: CONNECTION_TIMEOUT,
    keepAlive: true,
  });
  // Without listeners, a lost connection ends the process: the pool speaks for idle ones, a client for itself while it is
  // in use between two statements. Then the next statement fails, so nothing needs to be said here.
  pool.on('error', (error) => options.onLostConnection?.(error));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

function credentialsOf(address: DatabaseAddress): pg.PoolConfig {
  if ('url' in address) return { connectionString: address.url };
  const { host, port, name, user, password } = address;
  return { host, port, database: name, user, password, ssl: { rejectUnauthorized: true } };
}
