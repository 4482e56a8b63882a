import { Kysely, type LogEvent, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../../functions/stores/postgres/database.ts';
import { createPostgresRows } from '../../../../functions/stores/postgres/postgres-rows.ts';
import { fill } from '../../../contracts/video-rows/rows-under-test.ts';
import { freshDatabase, type TestDatabase } from '../../../support/postgres.ts';
import { seedRows } from '../../../support/seed-rows.ts';

let database: TestDatabase;
let db: Kysely<Database>;
const statements: string[] = [];
beforeAll(async () => {
  database = await freshDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  // The database is dropped while the connection still says goodbye. The pool tells of idle ones itself.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const log = (event: LogEvent) => {
    statements.push(event.query.sql);
  };
  db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }), log });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

test('find and look ask once', async () => {
  const seed = seedRows(database.db);
  const ownerId = await seed.user();
  const videoId = await seed.video({ ownerId });
  await fill(seed, videoId);
  const rows = createPostgresRows(db);
  await rows.find(ownerId, videoId);
  expect(statements).toHaveLength(1);
  await rows.look(videoId);
  expect(statements).toHaveLength(2);
});
