import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { placesIn } from '../../../../../functions/deletion/data-map/data-map.ts';
import { connectDatabase } from '../../../../../functions/stores/postgres/connect-database.ts';
import type { Database } from '../../../../../functions/stores/postgres/database.ts';
import { setUpServingRole } from '../../../../../functions/stores/postgres/migrations/serving-role.ts';
import { createPostgresRows } from '../../../../../functions/stores/postgres/postgres-rows.ts';
import { refreshVideoStatsIfStale } from '../../../../../functions/stores/postgres/queries/refresh-video-stats.ts';
import { fill } from '../../../../contracts/video-rows/rows-under-test.ts';
import { placeOf } from '../../../../support/place-of.ts';
import { freshDatabase, type TestDatabase } from '../../../../support/postgres.ts';
import { seedRows } from '../../../../support/seed-rows.ts';

/** Roles belong to the whole server: this file's own. */
const ROLE = 'serving_role_under_test';

let database: TestDatabase;
let asRole: Kysely<Database>;
beforeAll(async () => {
  database = await freshDatabase();
  await setUpServingRole(database.db, { name: ROLE, duty: 'deletes', logIn: 'token' });
  const url = new URL(database.url);
  url.username = ROLE;
  asRole = connectDatabase({ url: url.href }, { maxConnections: 2 });
});
afterAll(async () => {
  await asRole.destroy();
  await sql`drop owned by ${sql.id(ROLE)}`.execute(database.db);
  await sql`drop role ${sql.id(ROLE)}`.execute(database.db);
  await database.drop();
});

test('the role can do all that a deletion does', async () => {
  const seed = seedRows(database.db);
  const rows = createPostgresRows(asRole);
  const ownerId = await seed.user();
  const videoId = await seed.video({ ownerId });
  await fill(seed, videoId);
  await seed.report({ type: 'video', targetId: videoId, status: 'pending' });
  await seed.refreshStats();
  const at = new Date();
  expect((await rows.find(ownerId, videoId)).video?.ownerId).toBe(ownerId);
  await rows.hide(videoId, at);
  await rows.restore(videoId, at);
  expect(await rows.runs(videoId)).toHaveLength(2);
  expect(await rows.deleteBatch(placeOf('views'), videoId, 2)).toBe(2);
  expect(
    (await rows.deleteVideoRow(videoId, { by: ownerId, at, known: await rows.runs(videoId) })).counts,
  ).toMatchObject({
    views: 1,
    reports: 1,
    videos: 1,
  });
  expect(await refreshVideoStatsIfStale(asRole)).toBe(true);
  expect(await rows.look(videoId)).toEqual({});
});

test('it deletes a video with a large share of all votes by the index, the foreign keys’ own look included', async () => {
  const seed = seedRows(database.db);
  const ownerId = await seed.user();
  const videoId = await seed.video({ ownerId });
  await sql`insert into users (username, email) select n, n || '@example.com' from generate_series(1, 5000) n`.execute(
    database.db,
  );
  await sql`insert into videos (user_id, title, status) select id, 'A clip', 'ready' from users`.execute(database.db);
  await sql`insert into votes (user_id, video_id, direction)
    select user_id, case when random() < 0.4 then ${videoId}::uuid else id end, 'like' from videos where user_id <> ${ownerId}`.execute(
    database.db,
  );
  await sql`analyze`.execute(database.db);
  const before = await timesReadWhole('votes');
  const rows = createPostgresRows(asRole);
  expect(await rows.deleteBatch(placeOf('votes'), videoId, 10_000)).toBeGreaterThan(1_000);
  await rows.deleteVideoRow(videoId, { by: ownerId, at: new Date(), known: [] });
  expect(await rows.look(videoId)).not.toHaveProperty('votes');
  expect((await timesReadWhole('votes')) - before).toBe(0);
});

/** How often the role has read a table from end to end. */
async function timesReadWhole(table: string): Promise<number> {
  await sql`select pg_stat_force_next_flush()`.execute(asRole);
  const { rows } = await sql<{ times: number }>`
    select seq_scan::int as times from pg_stat_user_tables where relname = ${table}`.execute(asRole);
  return rows[0]?.times ?? Number.NaN;
}

test('it can delete from the tables that the data map empties, and from no others', async () => {
  const { rows } = await sql<{ table: string }>`
    select relname as "table" from pg_class
    where relkind in ('r', 'p', 'v', 'f') and relnamespace = 'public'::regnamespace
      and has_table_privilege(${ROLE}, oid, 'delete, truncate')`.execute(database.db);
  const named = placesIn('rows').filter(({ action }) => action === 'delete');
  expect(rows.map(({ table }) => table).toSorted()).toEqual(named.map(({ table }) => table).toSorted());
  expect(rows).not.toContainEqual({ table: 'users' });
});

test.each([
  'select email from users',
  'select title from videos',
  'delete from users',
  'delete from reports',
  'truncate views',
  "update videos set title = ''",
  'update users set is_admin = true',
  "update reports set reason = ''",
  "insert into views (video_id) values ('00000000-0000-0000-0000-000000000000')",
  'alter table videos drop column deleted_at',
])('it may not: %s', async (statement) => {
  await expect(sql.raw(statement).execute(asRole)).rejects.toMatchObject({ code: '42501' });
});

test.each([
  ['statement_timeout', '15s'],
  ['lock_timeout', '3s'],
  ['idle_in_transaction_session_timeout', '15s'],
  ['plan_cache_mode', 'force_generic_plan'],
])('its %s is %s', async (setting, value) => {
  const { rows } = await sql`select current_setting(${setting}) as value`.execute(asRole);
  expect(rows).toEqual([{ value }]);
});

describe('setUpServingRole', () => {
  beforeEach(() => setUpServingRole(database.db, { name: ROLE, duty: 'deletes', logIn: 'token' }));

  test('may run again, and twice at the same time', async () => {
    await Promise.all([
      setUpServingRole(database.db, { name: ROLE, duty: 'deletes', logIn: 'token' }),
      setUpServingRole(database.db, { name: ROLE, duty: 'deletes', logIn: 'token' }),
    ]);
  });

  test('puts back what is missing', async () => {
    await sql`revoke delete on videos from ${sql.id(ROLE)}`.execute(database.db);
    await sql`alter role ${sql.id(ROLE)} set lock_timeout = '1h'`.execute(database.db);
    await setUpServingRole(database.db, { name: ROLE, duty: 'deletes', logIn: 'token' });
    const { rows } = await sql`
      select has_table_privilege(${ROLE}, 'videos', 'delete') as "canDelete", rolconfig as settings
      from pg_roles where rolname = ${ROLE}`.execute(database.db);
    expect(rows).toEqual([{ canDelete: true, settings: expect.arrayContaining(['lock_timeout=3s']) }]);
  });

  test.each([
    ['a right of its own', `grant delete on users to ${ROLE}`, `revoke delete on users from ${ROLE}`],
    ['an inherited right', `grant pg_write_all_data to ${ROLE}`, `revoke pg_write_all_data from ${ROLE}`],
  ])('refuses a role that could delete more, by %s', async (_, grant, revoke) => {
    await sql.raw(grant).execute(database.db);
    try {
      await expect(
        setUpServingRole(database.db, { name: ROLE, duty: 'deletes', logIn: 'token' }),
      ).rejects.toMatchObject({
        name: 'RoleTooPowerful',
        message: expect.stringMatching(/ may delete from .*\busers\b.*, expected only from tables of the data map/),
      });
    } finally {
      await sql.raw(revoke).execute(database.db);
    }
  });

  test('refuses the owner of the tables', async () => {
    await expect(
      setUpServingRole(database.db, { name: 'postgres', duty: 'deletes', logIn: 'token' }),
    ).rejects.toMatchObject({ name: 'RoleTooPowerful' });
  });

  test('does without the view that a platform may lack, and lets log in with tokens where RDS has its role', async () => {
    const other = await freshDatabase();
    const name = 'new_serving_role_under_test';
    await sql`drop materialized view video_stats`.execute(other.db);
    await sql`create role rds_iam`.execute(other.db);
    try {
      for (const _ of [1, 2]) await setUpServingRole(other.db, { name, duty: 'deletes', logIn: 'token' });
      const { rows } = await sql`select pg_has_role(${name}, 'rds_iam', 'member') as "usesIam"`.execute(other.db);
      expect(rows).toEqual([{ usesIam: true }]);
    } finally {
      await sql`drop owned by ${sql.id(name)}`.execute(other.db);
      await sql`drop role ${sql.id(name)}, rds_iam`.execute(other.db);
      await other.drop();
    }
  });
});
