import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectDatabase } from '../../functions/stores/postgres/connect-database.ts';
import { createPostgresRows } from '../../functions/stores/postgres/postgres-rows.ts';
import { connectRedis, type Redis } from '../../functions/stores/redis/connect-redis.ts';
import { createRedisCache } from '../../functions/stores/redis/redis-cache.ts';
import { type RedisStandIn, startRedisStandIn } from '../../local/redis/redis-stand-in.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedRows } from '../support/seed-rows.ts';

let server: RedisStandIn;
let redis: Redis;
let database: TestDatabase;
beforeEach(async () => {
  server = await startRedisStandIn();
  redis = connectRedis({ url: server.url, timeoutMilliseconds: 2000 });
  database = await freshDatabase();
});
afterEach(async () => {
  redis.close();
  await server.stop();
  await database.drop();
});

test('F57 a connection to a cache that was the primary is dropped, and the call repeated on a new one', async () => {
  const cache = createRedisCache(redis);
  for (const key of ['a', 'b']) await redis.run((client) => client.set(key, '1'));
  server.failOver();
  expect(await cache.invalidate(['a'])).toEqual({ keys: 1, pages: 0 });
  server.failOver();
  await cache.fence('c', '1', 60);
  expect(await redis.run((client) => client.get('c'))).toBe('1');
  expect(await redis.run((client) => client.clientId())).toBe(3);
});

test('F57 connections to a database that was the primary are dropped, and the call repeated on a new one', async () => {
  const seed = seedRows(database.db);
  const videoId = await seed.video({ ownerId: await seed.user() });
  const db = connectDatabase({ url: database.url }, { maxConnections: 3 });
  const rows = createPostgresRows(db);
  await Promise.all([1, 2, 3].map(() => rows.look(videoId)));
  // What an old primary says of every write, on the connections that are open, and on those alone.
  const held = await Promise.all([1, 2, 3].map(() => heldConnection(db)));
  for (const { demote } of held) await demote();
  for (const { release } of held) release();
  const hiddenAt = new Date('2026-11-22T10:00:00.000Z');
  await rows.hide(videoId, hiddenAt);
  const { counts } = await rows.deleteVideoRow(videoId, { by: 'a', at: hiddenAt, known: [] });
  expect(counts).toMatchObject({ videos: 1 });
  await db.destroy();
});

/** One of the pool's connections, kept from the others until it is released. */
async function heldConnection(db: ReturnType<typeof connectDatabase>) {
  const ready = Promise.withResolvers<() => Promise<unknown>>();
  const done = Promise.withResolvers<void>();
  void db.connection().execute(async (connection) => {
    ready.resolve(() => sql`set default_transaction_read_only = on`.execute(connection));
    await done.promise;
  });
  return { demote: await ready.promise, release: () => done.resolve() };
}

const REFUSALS: [string, string, () => void][] = [
  ['a right that is missing', 'NOPERM', () => server.deny('UNLINK', 'SET')],
  ['a cache that is full', 'OOM', () => server.fillUp()],
];

test.for(REFUSALS)('F57 %s is recorded by the code of the cache', async ([, code, refuse]) => {
  refuse();
  await expect(createRedisCache(redis).fence('a', '1', 60)).rejects.toMatchObject({ name: 'CacheRefused', code });
});

test('F57 a refusal without a word of its own has a code, too', async () => {
  const unknown = redis.run((client) => client.sendCommand(['NOSUCHCOMMAND']));
  await expect(unknown).rejects.toMatchObject({ name: 'CacheRefused', code: 'ERR' });
});

test('F57 a full cache still deletes', async () => {
  await redis.run((client) => client.set('a', '1'));
  server.fillUp();
  expect(await createRedisCache(redis).invalidate(['a'])).toEqual({ keys: 1, pages: 0 });
});

test('F57 a wrong password is not "no answer"', async () => {
  const guarded = await startRedisStandIn({ password: 'right' });
  const url = guarded.url.replace('redis://', 'redis://default:wrong@');
  const wrong = connectRedis({ url, timeoutMilliseconds: 2000 });
  await expect(wrong.run((client) => client.ping())).rejects.toMatchObject({ code: 'WRONGPASS' });
  wrong.close();
  await guarded.stop();
});
