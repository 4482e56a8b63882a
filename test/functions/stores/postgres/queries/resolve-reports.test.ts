import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../../../functions/stores/postgres/database.ts';
import { resolveReports } from '../../../../../functions/stores/postgres/queries/resolve-reports.ts';
import { unknownVideo } from '../../../../contracts/video-rows/rows-under-test.ts';
import { freshDatabase, type TestDatabase } from '../../../../support/postgres.ts';
import { seedRows } from '../../../../support/seed-rows.ts';

let database: TestDatabase;
let db: Kysely<Database>;
beforeAll(async () => {
  database = await freshDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const insert = (type: string, status: string) => sql`insert into reports (report_type, target_id, reason, status)
  values (${type}, ${unknownVideo()}, 'spam', ${status})`;

test.each([
  ['VIDEO', 'pending'],
  ['video', 'PENDING'],
])('the enum types refuse upper case, as a client once sent it: %s %s', async (type, status) => {
  await expect(insert(type, status).execute(db)).rejects.toMatchObject({ code: '22P02' });
});

test('one such statement takes its whole transaction with it', async () => {
  const seed = seedRows(db);
  const videoId = await seed.video({ ownerId: await seed.user() });
  const transaction = db.transaction().execute(async (trx) => {
    await trx.deleteFrom('videos').where('id', '=', videoId).execute();
    await sql`update reports set status = ${'RESOLVED'} where target_id = ${videoId}`.execute(trx);
  });
  await expect(transaction).rejects.toMatchObject({ code: '22P02' });
  expect(await db.selectFrom('videos').select('id').where('id', '=', videoId).execute()).toEqual([{ id: videoId }]);
});

test('ours meets the enum types, and what follows it in the transaction is committed', async () => {
  const seed = seedRows(db);
  const by = await seed.user();
  const videoId = await seed.video({ ownerId: by });
  const report = await seed.report({ type: 'video', targetId: videoId, status: 'pending' });
  await db.transaction().execute(async (trx) => {
    expect(await resolveReports(trx, videoId, { by, at: new Date() })).toBe(1);
    await trx.deleteFrom('videos').where('id', '=', videoId).execute();
  });
  expect(await seed.readReport(report)).toMatchObject({ status: 'resolved', resolvedBy: by });
  expect(await db.selectFrom('videos').select('id').where('id', '=', videoId).execute()).toEqual([]);
});
