import { Socket } from 'node:net';
import { Kysely } from 'kysely';
import pg from 'pg';
import { StepFailed } from '../../deletion/errors.ts';
import type { Database } from './database.ts';
import { dropDemoted } from './drop-demoted.ts';
import { PooledDialect } from './pooled-dialect.ts';
import { hiddenTables } from './queries/hidden-tables.ts';

/** A connection string, or a host with a new password for each connection: an IAM token is valid for 15 minutes. */
export type DatabaseAddress =
  | { url: string }
  | { host: string; port: number; name: string; user: string; password: () => Promise<string> };

export type ConnectionOptions = {
  maxConnections: number;
  /** A connection that is silent for so many milliseconds is closed. `Infinity`: never. */
  silenceMilliseconds?: number;
  /** Called when an idle connection was lost. The pool replaces it. */
  onLostConnection?: (error: Error) => void;
  /**
   * Refuses each new connection (`RowsHidden`) whose role does not see all rows: "no such video" would mean nothing,
   * and nobody could hide what he does not see.
   */
  seesAll?: boolean;
};

/** How long to wait for a connection, in milliseconds: well below the 30 s after which the HTTP API times out. */
const CONNECTION_TIMEOUT = 5_000;

/**
 * In milliseconds. Longer than the role's `statement_timeout`, so that a server that is alive ends a statement itself.
 */
const SILENCE = 17_000;

/**
 * A pool of connections, opened on demand; `destroy()` closes it. A host is reached only over TLS, so that the token is
 * never sent in clear text. Statement timeouts belong to the role (see `serving-role.ts`): RDS Proxy refuses them as
 * startup parameters, and `SET` would pin the connection to one client. After a failure of the host or of a firewall,
 * no statement is ever answered. Then the whole connection is closed, because the next statement would wait behind the
 * lost one.
 */
export function connectDatabase(address: DatabaseAddress, options: ConnectionOptions): Kysely<Database> {
  const pool = new pg.Pool({
    ...credentialsOf(address),
    max: options.maxConnections,
    connectionTimeoutMillis: CONNECTION_TIMEOUT,
    keepAlive: true,
    ...(options.seesAll && { verify }),
    stream: () => impatient(new Socket(), options.silenceMilliseconds ?? SILENCE),
  });
  // Without listeners, a lost connection ends the process. The pool reports idle connections; a client in use reports
  // its own, between two statements. In that case the next statement fails, so nothing needs to be done here.
  pool.on('error', (error) => options.onLostConnection?.(error));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Database>({ dialect: new PooledDialect({ pool: dropDemoted(pool) }) });
}

/** What the pool asks on each new connection, before anybody uses it. */
function verify(client: pg.PoolClient, done: (error?: Error) => void): void {
  const { sql, parameters } = hiddenTables().compile(COMPILER);
  client.query(sql, [...parameters]).then(({ rows }) => {
    done(rows.length > 0 ? new StepFailed('RowsHidden') : undefined);
  }, done);
}

/** Makes texts of queries. It never connects. */
const COMPILER = new Kysely<Database>({ dialect: new PooledDialect({ pool: async () => Promise.reject() }) });

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
