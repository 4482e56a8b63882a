import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countRows } from '../../../../../functions/stores/postgres/queries/count-rows.ts';
import { unknownVideo } from '../../../../contracts/video-rows/rows-under-test.ts';
import { freshDatabase, type TestDatabase } from '../../../../support/postgres.ts';
import { seedRows } from '../../../../support/seed-rows.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.drop());

test('a platform without the materialised view has none of its rows', async () => {
  const seed = seedRows(database.db);
  const videoId = await seed.video({ ownerId: await seed.user() });
  await sql`drop materialized view video_stats`.execute(database.db);
  expect(await countRows(database.db, videoId)).toEqual({ videos: 1 });
});

test('any other table that is missing is an error: it might hold rows under another name', async () => {
  await sql`alter table share_clicks rename to clicks`.execute(database.db);
  await expect(countRows(database.db, unknownVideo())).rejects.toMatchObject({ code: '42P01' });
});
