import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createPostgresRows } from '../../../../../functions/stores/postgres/postgres-rows.ts';
import { fill } from '../../../../contracts/video-rows/rows-under-test.ts';
import { PATIENCE } from '../../../../support/patience.ts';
import { freshDatabase, type TestDatabase } from '../../../../support/postgres.ts';
import { seedRows } from '../../../../support/seed-rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

async function filledVideo() {
  const seed = seedRows(database.db);
  const by = await seed.user();
  const videoId = await seed.video({ ownerId: by });
  await fill(seed, videoId);
  const rows = createPostgresRows(database.db);
  return { seed, by, videoId, rows, known: await rows.runs(videoId) };
}

test('a view that is being written meanwhile is deleted too', async () => {
  const { by, videoId, rows, known } = await filledVideo();
  const deletion = await database.db.transaction().execute(async (viewer) => {
    await viewer.insertInto('views').values({ video_id: videoId }).execute();
    const deletion = rows.deleteVideoRow(videoId, { by, at: new Date(), known });
    const waiting = sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    await vi.waitFor(async () => expect((await waiting.execute(database.db)).rows).toHaveLength(1), PATIENCE);
    return { done: deletion };
  });
  expect((await deletion.done).counts).toMatchObject({ views: 4, videos: 1 });
  expect(await rows.look(videoId)).toEqual({});
});

test('it is all or nothing', async () => {
  const { seed, by, videoId, rows, known } = await filledVideo();
  const report = await seed.report({ type: 'video', targetId: videoId, status: 'pending' });
  const before = await rows.look(videoId);
  await sql`create table downloads (video_id uuid references videos)`.execute(database.db);
  await sql`insert into downloads values (${videoId})`.execute(database.db);
  await expect(rows.deleteVideoRow(videoId, { by, at: new Date(), known })).rejects.toMatchObject({ code: '23503' });
  expect(await rows.look(videoId)).toEqual(before);
  expect(await seed.readReport(report)).toMatchObject({ status: 'pending' });
});

test('two workers at once delete it once', async () => {
  const { by, videoId, rows, known } = await filledVideo();
  const both = await Promise.all([1, 2].map(() => rows.deleteVideoRow(videoId, { by, at: new Date(), known })));
  expect(both.map(({ counts }) => counts.videos ?? 0).toSorted()).toEqual([0, 1]);
  expect(both.map(({ counts }) => counts.views ?? 0).toSorted()).toEqual([0, 3]);
});
