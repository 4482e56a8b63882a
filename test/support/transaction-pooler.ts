import { Kysely } from 'kysely';
import pg from 'pg';
import type { Database } from '../../functions/stores/postgres/database.ts';
import { PooledDialect } from '../../functions/stores/postgres/pooled-dialect.ts';

export type TransactionPooler = { db: Kysely<Database>; close(): Promise<void> };

/**
 * A database behind a pooler that hands out a connection of the server for a transaction, as PgBouncer does in its mode
 * `transaction`: two statements outside of transactions never meet on the same connection.
 */
export async function openTransactionPooler(url: string): Promise<TransactionPooler> {
  const servers = await Promise.all([1, 2, 3].map(() => connected(url)));
  const next = () => {
    const [server] = servers.splice(0, 1);
    servers.push(server as pg.Client);
    return server as pg.Client;
  };
  const client = () => {
    let current: pg.Client | undefined;
    const query = async (...args: Parameters<pg.Client['query']>) => {
      const text = textOf(args[0]);
      if (text === 'begin') current = next();
      const on = current ?? next();
      if (text === 'commit' || text === 'rollback') current = undefined;
      return await (on.query as (...given: unknown[]) => Promise<unknown>)(...args);
    };
    return { query, release: () => undefined };
  };
  const pool = { connect: async () => client(), end: async () => undefined };
  const db = new Kysely<Database>({ dialect: new PooledDialect({ pool: pool as never }) });
  const close = async () => {
    await db.destroy();
    await Promise.all(servers.map((server) => server.end()));
  };
  return { db, close };
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

const textOf = (query: unknown) =>
  typeof query === 'string' ? query : String((query as { text?: string }).text ?? '');
