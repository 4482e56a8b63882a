import { readFile } from 'node:fs/promises';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPostgresRows } from '../../../functions/adapters/postgres-rows.ts';
import { connectDatabase } from '../../../functions/db/connect-database.ts';
import type { Database } from '../../../functions/db/database.ts';
import { refreshVideoStatsIfStale } from '../../../functions/db/refresh-video-stats.ts';
import { fill } from '../../contracts/video-rows/rows-under-test.ts';
import { placeOf } from '../../support/place-of.ts';
import { freshDatabase, type TestDatabase } from '../../support/postgres.ts';
import { seedRows } from '../../support/seed-rows.ts';

let database: TestDatabase;
let asRole: Kysely<Database>;
beforeAll(async () => {
  database = await freshDatabase();
  await sql`drop role if exists video_deletion`.execute(database.db);
  const script = await readFile(new URL('../../../functions/db/role.sql', import.meta.url), 'utf8');
  await sql.raw(script).execute(database.db);
  const url = new URL(database.url);
  url.username = 'video_deletion';
  asRole = connectDatabase({ url: url.href }, { maxConnections: 2 });
});
afterAll(async () => {
  await asRole.destroy();
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
  expect((await rows.deleteVideo(videoId, { by: ownerId, at })).counts).toMatchObject({
    views: 1,
    reports: 1,
    videos: 1,
  });
  expect(await refreshVideoStatsIfStale(asRole)).toBe(true);
  expect(await rows.look(videoId)).toEqual({});
});

test.each([
  'select email from users',
  'delete from users',
  'delete from reports',
  "update videos set title = ''",
  "insert into views (video_id) values ('00000000-0000-0000-0000-000000000000')",
])('the role may not: %s', async (statement) => {
  await expect(sql.raw(statement).execute(asRole)).rejects.toMatchObject({ code: '42501' });
});

test.each([
  ['statement_timeout', '15s'],
  ['lock_timeout', '3s'],
  ['idle_in_transaction_session_timeout', '15s'],
])('its %s is %s', async (setting, value) => {
  const { rows } = await sql`select current_setting(${setting}) as value`.execute(asRole);
  expect(rows).toEqual([{ value }]);
});
