import { join } from 'node:path';
import { sql } from 'kysely';
import { connectDatabase } from '../../functions/stores/postgres/connect-database.ts';
import { migratingRoleSql } from '../../lib/constructs/functions/migrating-role.ts';
import { startPostgres } from '../../local/postgres/postgres.ts';
import { migrate as migratePlatform } from '../../platform/schema/migrate.ts';

/** A database, and the role that owns its tables. */
export type SampleNames = { database: string; owner: string };

/**
 * A server with the sample platform's database as the Platform stack leaves it: the role that logs in with tokens and
 * owns the tables, the tables, and nothing of ours. It is a separate server, because roles belong to the whole server.
 * @returns `url` as the owner
 */
export async function startSampleDatabase(folder: string, { database, owner }: SampleNames) {
  const server = await startPostgres({ folder: join(folder, 'postgres'), durable: false });
  const url = new URL(server.url);
  const run = async (work: (db: ReturnType<typeof connectDatabase>) => Promise<unknown>) => {
    const db = connectDatabase({ url: url.href }, { maxConnections: 1 });
    await work(db).finally(() => db.destroy());
  };
  // On RDS, it is there from the beginning.
  await run((db) => sql`create role rds_iam`.execute(db));
  await run((db) => sql`create database ${sql.id(database)}`.execute(db));
  url.pathname = `/${database}`;
  await run((db) => sql.raw(migratingRoleSql(owner)).execute(db));
  url.username = owner;
  await run(migratePlatform);
  return { url: url.href, stop: server.stop };
}
