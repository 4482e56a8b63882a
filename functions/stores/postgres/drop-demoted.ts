import type { PostgresPool } from 'kysely';
import type pg from 'pg';
import { withCode } from './with-code.ts';

/**
 * `read_only_sql_transaction`: after a failover, this connection is still with the server that was the primary. Every
 * statement that reads goes on to work, so nothing else would ever close it.
 */
const DEMOTED = '25006';

/** True when a connection leads to a server that may no longer write. The call is worth repeating on a new one. */
export function isDemoted(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === DEMOTED;
}

function throwWithCode(error: unknown): never {
  throw withCode(error);
}

/**
 * The pool, but connections to a demoted server are closed when they are handed back, not used again, and every error
 * has a code.
 */
export function dropDemoted(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect().catch(throwWithCode);
      let wasDemoted = false;
      const query = client.query.bind(client) as (...args: unknown[]) => unknown;
      client.query = (async (...args: unknown[]) => {
        try {
          return await query(...args);
        } catch (error) {
          wasDemoted ||= isDemoted(error);
          throw withCode(error);
        }
      }) as typeof client.query;
      const release = client.release.bind(client);
      client.release = () => {
        client.query = query as typeof client.query;
        client.release = release;
        release(wasDemoted);
      };
      return client as never;
    },
  };
}
