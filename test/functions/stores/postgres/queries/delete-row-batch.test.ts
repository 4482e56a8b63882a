import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { VideoId } from '../../../../../functions/deletion/video-id.ts';
import type { Database } from '../../../../../functions/stores/postgres/database.ts';
import { deleteRowBatch, rowBatchDeletion } from '../../../../../functions/stores/postgres/queries/delete-row-batch.ts';
import type { RowsSeed } from '../../../../contracts/video-rows/rows-under-test.ts';
import { placeOf } from '../../../../support/place-of.ts';
import { freshDatabase, type TestDatabase } from '../../../../support/postgres.ts';
import { seedRows } from '../../../../support/seed-rows.ts';

const views = placeOf('views');

let database: TestDatabase;
let db: Kysely<Database>;
let seed: RowsSeed;
let ownerId: string;
let videoId: VideoId;
beforeAll(async () => {
  database = await freshDatabase();
  db = database.db;
  seed = seedRows(db);
  ownerId = await seed.user();
});
beforeEach(async () => {
  videoId = await seed.video({ ownerId });
});
afterAll(() => database.drop());

const addViews = (video: VideoId, count: number) =>
  sql`insert into views (video_id) select ${video} from generate_series(1, ${sql.lit(count)})`.execute(db);

async function viewsOf(video: VideoId): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from views where video_id = ${video}`.execute(db);
  return rows[0]?.n ?? -1;
}

test('F19 deletes 20,000 views in bounded batches', async () => {
  const neighbour = await seed.video({ ownerId });
  await addViews(videoId, 20_000);
  await addViews(neighbour, 10);
  const batches = [];
  while (batches.at(-1) !== 0) batches.push(await deleteRowBatch(db, views, videoId, 6_000));
  expect(batches).toEqual([6_000, 6_000, 6_000, 2_000, 0]);
  expect(await viewsOf(neighbour)).toBe(10);
});

test('skips rows that somebody has locked, and takes them once they are free', async () => {
  await addViews(videoId, 10);
  await db.transaction().execute(async (trx) => {
    await trx.selectFrom('views').select('id').where('video_id', '=', videoId).limit(4).forUpdate().execute();
    expect(await deleteRowBatch(db, views, videoId, 100)).toBe(6);
  });
  expect(await deleteRowBatch(db, views, videoId, 100)).toBe(4);
});

test('finds the rows by the indexed key and deletes them by their place, never reading the whole table', async () => {
  for (let video = 0; video < 20; video++) await addViews(await seed.video({ ownerId }), 2_000);
  await addViews(videoId, 2_000);
  await sql`analyze views`.execute(db);
  const { rows } = await sql`explain (format json) ${rowBatchDeletion(views, videoId, 1_000)}`.execute(db);
  const plan = JSON.stringify(rows);
  expect(plan).toContain('"Index Name":"views_video_id"');
  expect(plan).toContain('"Node Type":"Tid Scan"');
  expect(plan).not.toContain('Seq Scan');
});

test("in a partitioned table it deletes no other video's row at the same place of another partition", async () => {
  await sql`create table clicks (video_id uuid, n int) partition by list (n)`.execute(db);
  for (const n of [1, 2]) {
    await sql`create table ${sql.table(`clicks_${n}`)} partition of clicks for values in (${sql.lit(n)})`.execute(db);
  }
  const neighbour = await seed.video({ ownerId });
  await sql`insert into clicks values (${videoId}, 1), (${neighbour}, 2)`.execute(db);
  const clicks = { ...views, table: 'clicks' as typeof views.table };
  expect(await deleteRowBatch(db, clicks, videoId, 100)).toBe(1);
  expect((await sql`select video_id from clicks`.execute(db)).rows).toEqual([{ video_id: neighbour }]);
});
