import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { inject } from 'vitest';
import { connectDatabase } from '../../functions/stores/postgres/connect-database.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';
import { migrate } from '../../functions/stores/postgres/migrations/migrate.ts';
import { type PostgresServer, startPostgres } from '../../local/postgres/postgres.ts';
import { migrate as migratePlatform } from '../../platform/schema/migrate.ts';

/** What `freshDatabase` copies: the platform's schema with ours on top, and no rows. */
const TEMPLATE = 'migrated';

/** A server for one test run, with a migrated database to copy. */
export async function startTestPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'test-postgres-'));
  const server = await startPostgres({ folder, durable: false });
  await createTemplate(server.url);
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { url: server.url, stop };
}

async function createTemplate(serverUrl: string): Promise<void> {
  await onServer(serverUrl, sql`create database ${sql.id(TEMPLATE)}`);
  const db = connectDatabase({ url: urlOf(serverUrl, TEMPLATE) }, { maxConnections: 1 });
  await migratePlatform(db);
  await migrate(db);
  await db.destroy();
}

export type TestDatabase = {
  db: Kysely<Database>;
  url: string;
  /** Closes `db` and deletes the database, whoever else still uses it. */
  drop(): Promise<void>;
};

/** A database of its own for a test file; `template` is the one to copy (`template0`: without any table). */
export async function freshDatabase(template: string = TEMPLATE): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `test_${randomUUID()}`;
  await onServer(serverUrl, sql`create database ${sql.id(name)} template ${sql.id(template)}`);
  const url = urlOf(serverUrl, name);
  const db = connectDatabase({ url }, { maxConnections: 5 });
  const drop = async () => {
    await db.destroy();
    await onServer(serverUrl, sql`drop database ${sql.id(name)} with (force)`);
  };
  return { db, url, drop };
}

async function onServer(url: string, statement: ReturnType<typeof sql>): Promise<void> {
  const server = connectDatabase({ url }, { maxConnections: 1 });
  try {
    await statement.execute(server);
  } finally {
    await server.destroy();
  }
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}
