import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectDatabase } from '../../functions/stores/postgres/connect-database.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';
import {
  planPreparation,
  prepareDatabase,
  type Roles,
} from '../../functions/stores/postgres/migrations/prepare-database.ts';
import { createPostgresRows } from '../../functions/stores/postgres/postgres-rows.ts';
import { refreshVideoStatsIfStale } from '../../functions/stores/postgres/queries/refresh-video-stats.ts';
import { migrate as migratePlatform } from '../../platform/schema/migrate.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedRows } from '../support/seed-rows.ts';

/** Roles belong to the whole server: this file's own, anew for each test. */
let names: Record<'owner' | 'migrator' | 'deleting' | 'reading' | 'app', string>;
let database: TestDatabase;
let opened: Kysely<Database>[];

const run = (statement: string) => sql.raw(statement).execute(database.db);
const rolesWith = (logIn: 'token' | 'password' = 'token'): Roles => ({
  serving: [
    { name: names.deleting, duty: 'deletes', logIn },
    { name: names.reading, duty: 'reads', logIn },
  ],
});

/** A platform whose tables belong to a role that nobody logs in as, and a role of ours that is only a member of it. */
beforeEach(async () => {
  const end = randomUUID().slice(0, 8);
  const named = (role: string) => `${role}_${end}`;
  names = {
    owner: named('owner'),
    migrator: named('migrator'),
    deleting: named('deleting'),
    reading: named('reading'),
    app: named('app'),
  };
  opened = [];
  database = await freshDatabase('template0');
  const { owner, migrator } = names;
  await run(`create role ${owner}; create role ${migrator} login createrole; create role ${names.app} login`);
  await run(`grant create on schema public to ${owner}`);
  await database.db.connection().execute(async (connection) => {
    await sql.raw(`set role ${owner}`).execute(connection);
    await migratePlatform(connection);
    await sql`reset role`.execute(connection);
  });
  await run(`grant ${owner} to ${migrator}; grant create on schema public to ${migrator}`);
});
afterEach(async () => {
  for (const db of opened) await db.destroy();
  const { rows } = await sql<{ name: string }>`
    select rolname as name from pg_roles where rolname = any(${Object.values(names)}::text[])`.execute(database.db);
  for (const { name } of rows) await run(`drop owned by "${name}" cascade`);
  for (const { name } of rows) await run(`drop role "${name}"`);
  await database.drop();
});

function as(role: string): Kysely<Database> {
  const url = new URL(database.url);
  url.username = role;
  const db = connectDatabase({ url: url.href }, { maxConnections: 2 });
  opened.push(db);
  return db;
}

/** RDS's own role, which the server has for as long as `work` takes. */
async function onRds(work: () => Promise<void>): Promise<void> {
  await run('create role rds_iam');
  try {
    await work();
  } finally {
    await run('drop role rds_iam');
  }
}

const prepare = (roles = rolesWith()) => prepareDatabase(as(names.migrator), roles, { pauses: [] });
const refused = (line: RegExp) => ({ name: 'DatabaseNotReady', message: expect.stringMatching(line) });

test('F72 a migrating role that is only a member of the owner', async () => {
  await prepare();
  await prepare();
  expect(await planPreparation(as(names.migrator), rolesWith())).toEqual([]);
});

test('F72 the owner of the tables may register runs, and so may the role that the platform logs in with', async () => {
  await prepare({ ...rolesWith(), platform: names.app });
  const { rows } = await sql`
    select has_table_privilege(${names.owner}, 'processing_runs', 'insert') as owner,
      has_table_privilege(${names.app}, 'processing_runs', 'select, insert') as app,
      has_table_privilege(${names.app}, 'processing_runs', 'delete') as "deletes"`.execute(database.db);
  expect(rows).toEqual([{ owner: true, app: true, deletes: false }]);
});

test('F72 the reading role does what the API does: it finds, hides, shows and refreshes, and deletes nothing', async () => {
  await prepare();
  const seed = seedRows(database.db);
  const ownerId = await seed.user();
  const videoId = await seed.video({ ownerId });
  const db = as(names.reading);
  const rows = createPostgresRows(db);
  const at = new Date();
  expect((await rows.find(ownerId, videoId)).video?.ownerId).toBe(ownerId);
  expect(await rows.findCaller(ownerId)).toBeDefined();
  await rows.hide(videoId, at);
  expect(await database.db.selectFrom('videos').select('deleted_at').execute()).toEqual([{ deleted_at: at }]);
  await rows.restore(videoId, at);
  expect(await database.db.selectFrom('videos').select('deleted_at').execute()).toEqual([{ deleted_at: null }]);
  expect(await rows.existing([videoId])).toHaveLength(1);
  await seed.refreshStats();
  await refreshVideoStatsIfStale(db);
  for (const table of ['videos', 'votes', 'views', 'reports', 'processing_runs'])
    await expect(sql`delete from ${sql.table(table)}`.execute(db), table).rejects.toMatchObject({ code: '42501' });
  await expect(sql`select reason from reports`.execute(db)).rejects.toMatchObject({ code: '42501' });
});

test.each([
  ['a grant to everybody', 'create table jobs (id int); grant delete on jobs to public'],
  [
    'the log of an extension, which everybody may tidy up',
    'create schema cron; create table cron.job_run_details (id int); grant usage on schema cron to public; grant delete on cron.job_run_details to public; alter extension plpgsql add table cron.job_run_details',
  ],
])('F72 %s does not stop the deployment', async (_, statements) => {
  await run(statements);
  await prepare();
  await run(
    'do $$ begin alter extension plpgsql drop table cron.job_run_details; exception when others then null; end $$',
  );
});

test.each<[string, () => Promise<unknown>, RegExp]>([
  [
    'a member that does not inherit',
    () =>
      run(`revoke ${names.owner} from ${names.migrator}; grant ${names.owner} to ${names.migrator} with inherit false`),
    /videos.* belong to owner_\w+, and migrator_\w+ does not inherit its rights: grant "owner_\w+" to "migrator_\w+" with inherit true/,
  ],
  [
    'a schema in which it may create nothing',
    () => run(`revoke create on schema public from ${names.migrator}, ${names.owner}`),
    /may not create tables in public: grant usage, create on schema "public" to "migrator_\w+"/,
  ],
  [
    'no right to create roles, and no roles',
    () => run(`alter role ${names.migrator} nocreaterole`),
    /may not create the role deleting_\w+: create role "deleting_\w+" login; migrator_\w+ may not create the role reading_/,
  ],
  ['tables of the platform that are missing', () => run('drop table reports'), /there is no reports in the schemas/],
  [
    'a limit of time that would end the building of an index',
    () => run(`alter role ${names.migrator} set statement_timeout = '1min'`),
    /statement_timeout is 1min for migrator_\w+: alter role "migrator_\w+" set statement_timeout = 0/,
  ],
  [
    'transactions that read only',
    () => run(`alter role ${names.migrator} set default_transaction_read_only = on`),
    /default_transaction_read_only is on .*= off/,
  ],
  [
    'a schema of its own that comes first',
    () => run(`create schema ${names.migrator} authorization ${names.migrator}`),
    /would create tables in migrator_\w+, expected public, where videos is: alter role .* set search_path = "public"/,
  ],
  [
    'a column by the same name with another meaning',
    () => run('alter table videos add column deleted_at boolean'),
    /videos\.deleted_at is boolean, expected timestamp with time zone that may be null/,
  ],
  [
    'a column that is never null',
    () => run("alter table videos add column deleted_at timestamptz not null default 'infinity'"),
    /videos\.deleted_at is timestamp with time zone not null, expected/,
  ],
  [
    'an index of another table by one of our names',
    () => run('create index videos_visible_by_owner on users (username)'),
    /videos_visible_by_owner would be indexes of ours, and are something else: rename them/,
  ],
  [
    'a view that somebody else owns',
    () => run(`alter materialized view video_stats owner to ${names.app}`),
    /video_stats belong to app_\w+/,
  ],
  [
    'videos that are a view',
    async () => {
      await run('alter table videos rename to all_videos; create view videos as select * from all_videos');
      await run(`alter view videos owner to ${names.owner}`);
    },
    /videos is no ordinary table/,
  ],
  [
    'a serving role that may not log in',
    async () => {
      await run(`create role ${names.deleting} nologin`);
      await run(`grant ${names.deleting} to ${names.migrator} with admin option`);
    },
    /deleting_\w+ may not log in: alter role "deleting_\w+" login/,
  ],
  [
    'a database that not everybody may connect to',
    () =>
      run(`do $$ begin execute format('revoke connect on database %I from public', current_database());
      execute format('grant connect on database %I to ${names.migrator}', current_database()); end $$`),
    /deleting_\w+ may not connect to this database: let its owner run grant connect on database … to "deleting_\w+"/,
  ],
])('F72 refused before anything is changed, with what to run: %s', async (_, arrange, line) => {
  await arrange();
  await expect(prepare()).rejects.toMatchObject(refused(line));
  const { rows } = await sql`select to_regclass('processing_runs') as runs`.execute(database.db);
  expect(rows).toEqual([{ runs: null }]);
});

test('F72 a role that logs in with a password keeps it, unless its DBA says otherwise', async () => {
  await run(`create role ${names.deleting} login; create role ${names.reading} login`);
  await run(`grant ${names.deleting}, ${names.reading} to ${names.migrator} with admin option`);
  await onRds(async () => {
    await expect(prepare()).rejects.toMatchObject(
      refused(/deleting_\w+ logs in with a password.*DATABASE_LOG_IN=password/),
    );
    await prepare(rolesWith('password'));
    const { rows } = await sql`select pg_has_role(${names.deleting}, 'rds_iam', 'member') as "usesIam"`.execute(
      database.db,
    );
    expect(rows).toEqual([{ usesIam: false }]);
  });
});

test('F72 behind a proxy with secrets the roles are made by a DBA, who knows the passwords', async () => {
  await expect(prepare(rolesWith('password'))).rejects.toMatchObject(
    refused(/there is no role deleting_\w+.*create role "deleting_\w+" login password/),
  );
});

test('F72 on RDS, a migrating role that may not pass rds_iam on is told so; one that may makes roles with tokens', async () => {
  await onRds(async () => {
    await expect(prepare()).rejects.toMatchObject(refused(/grant rds_iam to "migrator_\w+" with admin option/));
    await run(`grant rds_iam to ${names.migrator} with admin option`);
    await prepare();
    const { rows } = await sql`select pg_has_role(${names.reading}, 'rds_iam', 'member') as "usesIam"`.execute(
      database.db,
    );
    expect(rows).toEqual([{ usesIam: true }]);
  });
});

test('F72 a dry run says what would be run, and runs nothing', async () => {
  const statements = await planPreparation(as(names.migrator), rolesWith());
  expect(statements).toContain('alter table videos add column deleted_at timestamptz');
  expect(statements.filter((text) => text.startsWith('create index concurrently'))).toHaveLength(4);
  expect(statements).toContain(`grant delete on "videos" to "${names.deleting}"`);
  expect(statements).not.toContain(`grant delete on "videos" to "${names.reading}"`);
  const { rows } = await sql`select to_regclass('processing_runs') as runs`.execute(database.db);
  expect(rows).toEqual([{ runs: null }]);
});

test('F72 a table of runs that is the platform’s own, with other columns', async () => {
  await run('create table processing_runs (id serial primary key, video_id uuid)');
  await run(`alter table processing_runs owner to ${names.owner}`);
  await expect(prepare()).rejects.toMatchObject(
    refused(/processing_runs lacks execution_arn, started_at: rename the table/),
  );
});

test('F72 a schema and functions that are not for everybody', async () => {
  await run('revoke usage on schema public from public');
  await run(`grant usage on schema public to ${names.owner}; grant usage on schema public to ${names.migrator}`);
  await expect(prepare()).rejects.toMatchObject(
    refused(/deleting_\w+ may not look into the schema public: grant usage on schema "public" to "deleting_\w+", once/),
  );
  await run(`grant usage on schema public to ${names.migrator} with grant option`);
  await run(`alter default privileges for role ${names.migrator} revoke execute on functions from public`);
  await prepare();
  const seed = seedRows(database.db);
  const ownerId = await seed.user();
  const videoId = await seed.video({ ownerId });
  for (const role of [names.reading, names.deleting])
    expect((await createPostgresRows(as(role)).find(ownerId, videoId)).video?.ownerId).toBe(ownerId);
  expect(await createPostgresRows(as(names.deleting)).namersOf(videoId)).toEqual([]);
  expect(await planPreparation(as(names.migrator), rolesWith())).toEqual([]);
});

test('F72 a platform in a schema of its own', async () => {
  await run(`create schema app authorization ${names.owner}; alter role ${names.migrator} set search_path = app`);
  for (const table of [
    'users',
    'videos',
    'votes',
    'user_liked_videos',
    'views',
    'share_links',
    'share_clicks',
    'reports',
  ])
    await run(`alter table ${table} set schema app`);
  await run('alter materialized view video_stats set schema app');
  await run(`grant usage, create on schema app to ${names.migrator}`);
  await prepare();
  expect(await createPostgresRows(as(names.reading)).findCaller(randomUUID())).toBeUndefined();
  expect(await planPreparation(as(names.migrator), rolesWith())).toEqual([]);
});

test('F72 row level security that is switched on later is in the plan, and mended', async () => {
  await prepare();
  await run('alter table reports enable row level security');
  const plan = await planPreparation(as(names.migrator), rolesWith());
  expect(plan.filter((text) => text.startsWith('create policy'))).toHaveLength(2);
  await prepare();
  expect(await planPreparation(as(names.migrator), rolesWith())).toEqual([]);
});

test('F72 a role that may delete more is found before anything is changed, and the plan says so as well', async () => {
  await prepare();
  await run(`grant delete on users to ${names.deleting}`);
  await run('drop index processing_runs_by_execution');
  const before = await schemaNow();
  const tooPowerful = { name: 'RoleTooPowerful', message: expect.stringContaining('may delete from users') };
  await expect(planPreparation(as(names.migrator), rolesWith())).rejects.toMatchObject(tooPowerful);
  await expect(prepare()).rejects.toMatchObject(tooPowerful);
  expect(await schemaNow()).toEqual(before);
});

async function schemaNow(): Promise<unknown[]> {
  const { rows } = await sql`select relname, relkind::text from pg_class
    where relnamespace = 'public'::regnamespace order by relname`.execute(database.db);
  return rows;
}
