import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../../../../functions/stores/postgres/database.ts';
import { migrate } from '../../../../../functions/stores/postgres/migrations/migrate.ts';
import { migrate as migratePlatform } from '../../../../../platform/schema/migrate.ts';
import { FILLED, fill } from '../../../../contracts/video-rows/rows-under-test.ts';
import { freshDatabase, type TestDatabase } from '../../../../support/postgres.ts';
import { seedRows } from '../../../../support/seed-rows.ts';

let database: TestDatabase;
let db: Kysely<Database>;
afterEach(() => database.drop());

describe('on an empty database', () => {
  beforeEach(async () => {
    database = await freshDatabase('template0');
    db = database.db;
  });

  test('both sets may run again, one after the other and at the same time', async () => {
    for (let time = 0; time < 2; time++) {
      await migratePlatform(db);
      await migrate(db);
    }
    await Promise.all([migrate(db), migrate(db)]);
    expect(await db.selectFrom('videos').select('deleted_at').execute()).toEqual([]);
  });

  test('ours adds nothing to a platform that has the column and the table already', async () => {
    await migratePlatform(db);
    await sql`alter table videos add column deleted_at timestamptz default '2026-01-01Z'`.execute(db);
    await sql`create table processing_runs (id serial primary key, video_id uuid, execution_arn text)`.execute(db);
    await migrate(db);
    const ownerId = await seedRows(db).user();
    const video = { user_id: ownerId, title: 'A walk', deleted_at: undefined };
    const { deleted_at } = await db
      .insertInto('videos')
      .values(video)
      .returning('deleted_at')
      .executeTakeFirstOrThrow();
    expect(deleted_at).toEqual(new Date('2026-01-01Z'));
    expect((await sql`select id from processing_runs`.execute(db)).rows).toEqual([]);
  });

  test('a set that fails leaves nothing of itself behind', async () => {
    await expect(migrate(db)).rejects.toMatchObject({ code: '42P01' });
    const { rows } = await sql`select to_regclass('processing_runs') as runs`.execute(db);
    expect(rows).toEqual([{ runs: null }]);
  });
});

describe('on the migrated platform', () => {
  beforeEach(async () => {
    database = await freshDatabase();
    db = database.db;
  });

  test.each(Object.keys(FILLED) as (keyof typeof FILLED)[])('deleting a video takes its %s with it', async (table) => {
    const seed = seedRows(db);
    const videoId = await seed.video({ ownerId: await seed.user() });
    await fill(seed, videoId);
    expect(await db.selectFrom(table).select('video_id').execute()).toHaveLength(FILLED[table]);
    await db.deleteFrom('videos').where('id', '=', videoId).execute();
    expect(await db.selectFrom(table).select('video_id').execute()).toEqual([]);
  });

  test('deleting a share link takes its clicks with it', async () => {
    const seed = seedRows(db);
    await fill(seed, await seed.video({ ownerId: await seed.user() }));
    await db.deleteFrom('share_links').execute();
    expect(await db.selectFrom('share_clicks').select('id').execute()).toEqual([]);
  });

  test("deleting a viewer leaves the view, without the viewer's id", async () => {
    const seed = seedRows(db);
    const [videoId, viewer] = [await seed.video({ ownerId: await seed.user() }), await seed.user()];
    await db.insertInto('views').values({ video_id: videoId, user_id: viewer }).execute();
    await db.deleteFrom('users').where('id', '=', viewer).execute();
    expect(await db.selectFrom('views').select('user_id').execute()).toEqual([{ user_id: null }]);
  });
});
