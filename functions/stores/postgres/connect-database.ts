import { Socket } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';

/** Either a connection string, or a host that wants a fresh password per connection (an IAM token lives 15 minutes). */
export type DatabaseAddress =
  | { url: string }
  | { host: string; port: number; name: string; user: string; password: () => Promise<string> };

export type ConnectionOptions = {
  maxConnections: number;
  /** A connection that says nothing for so many milliseconds is given up. `Infinity`: never. */
  silenceMilliseconds?: number;
  /** Told of a connection that was lost while nobody used it; the pool replaces it. */
  onLostConnection?: (error: Error) => void;
};

/** How long to wait for a connection, in milliseconds: well under the 29 s after which an HTTP API answers by itself. */
const CONNECTION_TIMEOUT = 5_000;

/** Longer than the role lets a statement take, so that the server has the last word while there is one. In milliseconds. */
const SILENCE = 17_000;

/**
 * A pool of connections, opened when they are needed; `destroy()` closes it. A host is spoken to over TLS only, since the
 * token must not travel in the clear. Timeouts of statements belong to the role (see `serving-role.ts`): RDS Proxy refuses them
 * as startup parameters, and `SET` would pin the connection to one client. A server that is gone without a word (a host that
 * failed, a firewall that forgot) answers no statement at all: then the connection is given up, not only the statement, for the
 * next one would wait behind it.
 */
export function connectDatabase(address: DatabaseAddress, options: ConnectionOptions): Kysely<Database> {
  const pool = new pg.Pool({
    ...credentialsOf(address),
    max: options.maxConnections,
    connectionTimeoutMillis: CONNECTION_TIMEOUT,
    keepAlive: true,
    stream: () => impatient(new Socket(), options.silenceMilliseconds ?? SILENCE),
  });
  // Without listeners, a lost connection ends the process: the pool speaks for idle ones, a client for itself while it is
  // in use between two statements. Then the next statement fails, so nothing needs to be said here.
  pool.on('error', (error) => options.onLostConnection?.(error));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

function impatient(socket: Socket, milliseconds: number): Socket {
  if (milliseconds === Number.POSITIVE_INFINITY) return socket;
  return socket.setTimeout(milliseconds, () => {
    const message = `The database has said nothing for ${milliseconds} ms`;
    socket.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT' }));
  });
}

function credentialsOf(address: DatabaseAddress): pg.PoolConfig {
  if ('url' in address) return { connectionString: address.url };
  const { host, port, name, user, password } = address;
  return { host, port, database: name, user, password, ssl: { rejectUnauthorized: true } };
}
