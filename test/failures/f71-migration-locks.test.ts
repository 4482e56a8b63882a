import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectDatabase } from '../../functions/stores/postgres/connect-database.ts';
import { migrate } from '../../functions/stores/postgres/migrations/migrate.ts';
import { setUpServingRole } from '../../functions/stores/postgres/migrations/serving-role.ts';
import { migrate as migratePlatform } from '../../platform/schema/migrate.ts';
import { PATIENCE } from '../support/patience.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';

/** Roles belong to the whole server: this file's own. */
const ROLE = 'role_behind_locks';
const QUICK = { pauses: [50, 50], patience: 2_000 };

let database: TestDatabase;
beforeEach(async () => {
  database = await freshDatabase('template0');
  await migratePlatform(database.db);
});
afterEach(() => database.drop());

/** A transaction of the platform that stays open until it is let go. */
async function openTransaction(statement: string) {
  const db = connectDatabase(
    { url: database.url },
    { maxConnections: 1, silenceMilliseconds: Number.POSITIVE_INFINITY },
  );
  const opened = Promise.withResolvers<void>();
  const letGo = Promise.withResolvers<void>();
  const ended = db.transaction().execute(async (trx) => {
    await sql.raw(statement).execute(trx);
    opened.resolve();
    await letGo.promise;
  });
  await opened.promise;
  return async () => {
    letGo.resolve();
    await ended;
    await db.destroy();
  };
}

/** Reads and writes without a break, as the platform does, and gives up on a lock after 5 s. */
function traffic() {
  const db = connectDatabase({ url: database.url }, { maxConnections: 1 });
  let isOver = false;
  const running = (async () => {
    let rounds = 0;
    for (; !isOver || rounds < 3; rounds += 1) {
      await db.transaction().execute(async (trx) => {
        await sql`set local lock_timeout = '5s'`.execute(trx);
        await trx.selectFrom('videos').select('id').limit(1).execute();
        await trx.updateTable('videos').set({ title: 'A walk' }).where('title', '=', 'A run').execute();
      });
    }
    return rounds;
  })();
  running.catch(() => undefined);
  return async () => {
    isOver = true;
    await running.finally(() => db.destroy());
  };
}

async function whatIsThere() {
  const { rows } = await sql<{ name: string }>`
    select attname as name from pg_attribute where attrelid = 'videos'::regclass and attname = 'deleted_at'
    union all select relname from pg_class where relname = 'processing_runs'
    union all select indexrelid::regclass::text from pg_index
      where indisvalid and indexrelid::regclass::text ~ '^(videos_visible|videos_by_ids|processing_runs_by)'
    order by 1`.execute(database.db);
  return rows.map(({ name }) => name);
}

const ALL = [
  'deleted_at',
  'processing_runs',
  'processing_runs_by_execution',
  'videos_by_ids_in_urls',
  'videos_visible_by_owner',
  'videos_visible_in_feed',
];

test.for(['select from videos limit 1', 'update videos set title = title', 'lock table videos in share mode'])(
  'F71 behind an open transaction (%s) nobody waits long for us, and nothing has changed',
  async (statement) => {
    const letGo = await openTransaction(statement);
    const rest = statement.startsWith('lock') ? async () => undefined : traffic();
    await expect(migrate(database.db, QUICK)).rejects.toMatchObject({
      name: 'TableBusy',
      message: expect.stringMatching(/Nothing has changed.* videos by \d+/),
    });
    await rest();
    expect(await whatIsThere()).toEqual([]);
    await letGo();
    await migrate(database.db, QUICK);
    expect(await whatIsThere()).toEqual(ALL);
  },
);

test('F71 it goes on by itself once the transaction has ended', async () => {
  const letGo = await openTransaction('select from videos limit 1');
  const migrating = migrate(database.db);
  await expect
    .poll(async () => {
      const { rows } = await sql`select from pg_locks where not granted and relation = 'videos'::regclass`.execute(
        database.db,
      );
      return rows.length;
    })
    .toBeGreaterThan(0);
  await letGo();
  await migrating;
  expect(await whatIsThere()).toEqual(ALL);
});

test('F71 a release that changes no table takes no lock that stops the platform', async () => {
  await migrate(database.db);
  const letGo = await openTransaction('update videos set title = title');
  await migrate(database.db, QUICK);
  await letGo();
  expect(await whatIsThere()).toEqual(ALL);
});

test('F71 an index is built beside open writes; one that is held up too long is given up, and built the next time', async () => {
  await migrate(database.db);
  await sql`drop index videos_visible_by_owner`.execute(database.db);
  const letGo = await openTransaction(
    "insert into users (username, email) values ('ana', 'a@example.com'); lock table videos in row exclusive mode",
  );
  const rest = traffic();
  await expect(migrate(database.db, QUICK)).rejects.toMatchObject({
    name: 'TableBusy',
    message: expect.stringContaining('videos_visible_by_owner'),
  });
  await rest();
  await letGo();
  await migrate(database.db, QUICK);
  expect(await whatIsThere()).toEqual(ALL);
});

test(
  'F71 the serving role, too, waits for no table',
  async () => {
    await migrate(database.db);
    await sql`alter table reports enable row level security`.execute(database.db);
    const letGo = await openTransaction('select from reports limit 1');
    const role = { name: ROLE, duty: 'deletes', logIn: 'token' } as const;
    await expect(setUpServingRole(database.db, role, QUICK)).rejects.toMatchObject({ name: 'TableBusy' });
    const { rows } = await sql`select from pg_roles where rolname = ${ROLE}`.execute(database.db);
    expect(rows).toEqual([]);
    await letGo();
  },
  PATIENCE * 2,
);
