import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase } from '../../../../functions/stores/postgres/connect-database.ts';
import type { Database } from '../../../../functions/stores/postgres/database.ts';
import { migrate } from '../../../../functions/stores/postgres/migrations/migrate.ts';
import { setUpServingRole } from '../../../../functions/stores/postgres/migrations/serving-role.ts';
import { migratingRoleSql } from '../../../../lib/constructs/functions/migrating-role.ts';
import { type PostgresServer, startPostgres } from '../../../../local/postgres/postgres.ts';
import { migrate as migratePlatform } from '../../../../platform/schema/migrate.ts';

// A server of its own: it plays RDS, whose roles belong to the whole server.
let folder: string;
let server: PostgresServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'test-migrating-role-'));
  server = await startPostgres({ folder, durable: false });
  // On RDS the administrator is no superuser, and may pass on the right to log in with tokens.
  await as('postgres', 'postgres', async (db) => {
    await sql`create role administrator login createrole`.execute(db);
    await sql`create role rds_iam`.execute(db);
    await sql`grant rds_iam to administrator with admin option`.execute(db);
    await sql`create database platform owner administrator`.execute(db);
  });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function as<T>(user: string, database: string, work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
  const url = new URL(server.url);
  url.username = user;
  url.pathname = `/${database}`;
  const db = connectDatabase({ url: url.href }, { maxConnections: 1 });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

it('makes a role that can do all that a deployment does, however often it is made', async () => {
  const make = () => as('administrator', 'platform', (db) => sql.raw(migratingRoleSql('video_platform')).execute(db));
  await make();
  await make();
  await as('video_platform', 'platform', async (db) => {
    await migratePlatform(db);
    await migrate(db);
    await setUpServingRole(db, { name: 'video_deletion', duty: 'deletes', logIn: 'token' });
    await setUpServingRole(db, { name: 'video_deletion_reader', duty: 'reads', logIn: 'token' });
  });
  const { rows } = await as('video_deletion', 'platform', (db) =>
    sql`select pg_has_role('rds_iam', 'member') as "usesIam", has_table_privilege('videos', 'delete') as "canDelete"`.execute(
      db,
    ),
  );
  expect(rows).toEqual([{ usesIam: true, canDelete: true }]);
});

it('gives the role no rights over what is not in this database', async () => {
  const { rows } = await as('postgres', 'postgres', (db) =>
    sql`select rolsuper, rolcreatedb, rolbypassrls from pg_roles where rolname = 'video_platform'`.execute(db),
  );
  expect(rows).toEqual([{ rolsuper: false, rolcreatedb: false, rolbypassrls: false }]);
});
