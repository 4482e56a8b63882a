import type { Context } from 'aws-lambda';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { connectDatabase } from '../../functions/stores/postgres/connect-database.ts';
import { lambdaContext } from '../../local/handlers/lambda-context.ts';
import { migrate as migratePlatform } from '../../platform/schema/migrate.ts';
import { PATIENCE } from '../support/patience.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';

/** Roles belong to the whole server: this file's own. */
const ROLE = 'migrated_role_under_test';
const READER = 'migrated_reader_under_test';
const context: Context = lambdaContext({ name: 'migrate', timeoutSeconds: 60 });

let database: TestDatabase;
beforeEach(async () => {
  database = await freshDatabase('template0');
  vi.stubEnv('DATABASE_URL', database.url);
  vi.stubEnv('DATABASE_SERVING_USER', ROLE);
  vi.stubEnv('DATABASE_READING_USER', READER);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.resetModules();
  await database.drop();
});

/** As Lambda loads it: with nothing connected yet. */
async function deploy(event: unknown = {}) {
  const { handler } = await import('../../functions/migrate.ts');
  return await handler(event, context);
}

it('migrates and makes the serving role, as often as it is deployed', async () => {
  await migratePlatform(database.db);
  for (let time = 0; time < 2; time += 1) await deploy();
  const url = new URL(database.url);
  url.username = ROLE;
  const asRole = connectDatabase({ url: url.href }, { maxConnections: 1 });
  expect(await asRole.selectFrom('videos').select('deleted_at').execute()).toEqual([]);
  await asRole.destroy();
  for (const role of [ROLE, READER]) {
    await sql`drop owned by ${sql.id(role)}`.execute(database.db);
    await sql`drop role ${sql.id(role)}`.execute(database.db);
  }
});

it('says what it would run, and runs nothing, when it is asked to', async () => {
  await migratePlatform(database.db);
  const { dryRun, statements = [] } = await deploy({ dryRun: true });
  expect(dryRun).toBe(true);
  expect(statements).toContain('alter table videos add column deleted_at timestamptz');
  expect(statements).toContain(`create role "${READER}" login`);
  const { rows } = await sql`select from pg_roles where rolname = ${READER}`.execute(database.db);
  expect(rows).toEqual([]);
});

it('fails where there is no platform, and leaves no connection behind', async () => {
  await expect(deploy()).rejects.toMatchObject({
    name: 'DatabaseNotReady',
    message: expect.stringMatching(/there is no reports, .*users, videos, views, votes in/),
  });
  const others = sql`
    select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  await vi.waitFor(async () => expect((await others.execute(database.db)).rows).toEqual([]), PATIENCE);
});

it('needs its own settings only, and names what is missing of them', async () => {
  vi.stubEnv('DATABASE_URL', '');
  await expect(deploy()).rejects.toThrow(/^DATABASE_URL is not set/);
});
