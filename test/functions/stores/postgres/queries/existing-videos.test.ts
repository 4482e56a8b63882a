import { afterAll, beforeAll, expect, test } from 'vitest';
import { existingVideos } from '../../../../../functions/stores/postgres/queries/existing-videos.ts';
import { aVideoId } from '../../../../support/a-tombstone.ts';
import { freshDatabase, type TestDatabase } from '../../../../support/postgres.ts';
import { seedRows } from '../../../../support/seed-rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

test('names those that have a row, hidden or not, of more than one query can ask for', async () => {
  const seed = seedRows(database.db);
  const ownerId = await seed.user();
  const [shown, hidden] = [await seed.video({ ownerId }), await seed.video({ ownerId })];
  await database.db.updateTable('videos').set({ deleted_at: new Date() }).where('id', '=', hidden).execute();
  const others = Array.from({ length: 1_500 }, () => aVideoId());
  expect(await existingVideos(database.db, [hidden, ...others, shown])).toEqual(new Set([shown, hidden]));
  expect(await existingVideos(database.db, [])).toEqual(new Set());
});
