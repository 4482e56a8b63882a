import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../../../functions/stores/postgres/database.ts';
import { refreshVideoStatsIfStale } from '../../../../../functions/stores/postgres/queries/refresh-video-stats.ts';
import type { RowsSeed } from '../../../../contracts/video-rows/rows-under-test.ts';
import { freshDatabase, type TestDatabase } from '../../../../support/postgres.ts';
import { seedRows } from '../../../../support/seed-rows.ts';

let database: TestDatabase;
let db: Kysely<Database>;
let seed: RowsSeed;
beforeEach(async () => {
  database = await freshDatabase();
  db = database.db;
  seed = seedRows(db);
});
afterEach(() => database.drop());

const shown = () => db.selectFrom('video_stats').select('video_id').execute();

test('refreshes while it shows a video that is gone, and only then', async () => {
  const ownerId = await seed.user();
  const [kept, gone] = [await seed.video({ ownerId }), await seed.video({ ownerId })];
  await seed.refreshStats();
  expect(await refreshVideoStatsIfStale(db)).toBe(false);
  await db.deleteFrom('videos').where('id', '=', gone).execute();
  expect(await shown()).toHaveLength(2);
  expect(await refreshVideoStatsIfStale(db)).toBe(true);
  expect(await shown()).toEqual([{ video_id: kept }]);
  expect(await refreshVideoStatsIfStale(db)).toBe(false);
});

test('a video that it does not show yet is no reason', async () => {
  await seed.video({ ownerId: await seed.user() });
  expect(await refreshVideoStatsIfStale(db)).toBe(false);
  expect(await shown()).toEqual([]);
});

test('readers are not locked out meanwhile', async () => {
  const gone = await seed.video({ ownerId: await seed.user() });
  await seed.refreshStats();
  await db.deleteFrom('videos').where('id', '=', gone).execute();
  await db.transaction().execute(async (reader) => {
    await reader.selectFrom('video_stats').select('video_id').execute();
    expect(await refreshVideoStatsIfStale(db)).toBe(true);
  });
});

test('a platform without the view needs nothing', async () => {
  await sql`drop materialized view video_stats`.execute(db);
  expect(await refreshVideoStatsIfStale(db)).toBe(false);
});
