import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectRedis, type Redis } from '../../functions/stores/redis/connect-redis.ts';
import { createRedisCache } from '../../functions/stores/redis/redis-cache.ts';
import { type RedisStandIn, startRedisStandIn } from '../../local/redis/redis-stand-in.ts';
import { replayAsCaller } from '../support/as-caller.ts';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, request, find, receipt } = deletionsIn(world);

/** A cache that can refuse connections, with a client of the test's own. */
let server: RedisStandIn;
let redis: Redis;
let own: Redis;
beforeAll(async () => {
  server = await startRedisStandIn();
  [redis, own] = [connectRedis({ url: server.url }), connectRedis({ url: server.url })];
});
beforeEach(() => {
  world.ports.cache = createRedisCache(redis);
});
afterEach(() => server.resume());
afterAll(async () => {
  redis.close();
  own.close();
  await server.stop();
});

const keysOf = ({ videoId, ownerId }: Video) => [`video:${videoId}`, `video:${videoId}:meta`, `user:${ownerId}:videos`];
const copiesOf = (video: Video) => own.run((client) => client.exists(keysOf(video)));
/** A video with copies in this cache. */
async function cached(): Promise<Video> {
  const video = await world.video();
  await own.run((client) => Promise.all(keysOf(video).map((key) => client.set(key, 'copy'))));
  return video;
}
/** What is left in all other stores. */
async function leftBesides({ videoId, ownerId }: Video) {
  const { cache: _, edge: __, ...left } = await world.left(videoId, ownerId);
  return left;
}

test('F18 refused connections while it deletes: everything else goes, and it is not called done', async ({
  annotate,
}) => {
  const video = await cached();
  await due(video);
  await own.run((client) => Promise.all(keysOf(video).map((key) => client.set(key, 'set by a slow reader'))));
  await server.pause();
  const PASSES = 6;
  for (let pass = 1; pass <= PASSES; pass++) {
    await world.turn();
    const down = { state: 'failed', error: 'CacheUnavailable' };
    // The first has removed something, so the second is no retry.
    const attempts = Math.max(1, pass - 1);
    expect(await find(video)).toMatchObject({ state: 'running', attempts, steps: { invalidateCache: down } });
    expect(await leftBesides(video), 'the other stores are empty').toEqual({});
    expect(world.queues.cleanup.messages(), 'a retry').toHaveLength(1);
    world.advance(1_980);
  }
  await server.resume();
  expect(await copiesOf(video)).toBe(3);
  await world.settle();
  expect((await find(video)).state).toBe('deleted');
  expect([await copiesOf(video), await leftBesides(video)]).toEqual([0, {}]);
  await annotate(`down for ${PASSES} passes: retried each time, never done; up again: 0 copies left`);
});

test('F18 refused connections when it is asked for: accepted, hidden in the row, fenced once it is up', async ({
  annotate,
}) => {
  const video = await cached();
  await server.pause();
  await request(video);
  expect(await find(video)).toMatchObject({ state: 'pending', hidden: false });
  const { deleted_at } = await world.db
    .selectFrom('videos')
    .select('deleted_at')
    .where('id', '=', video.videoId)
    .executeTakeFirstOrThrow();
  expect(deleted_at, 'no listing of the database shows it').not.toBeNull();
  await server.resume();
  await world.turn();
  expect(await find(video)).toMatchObject({ state: 'pending', hidden: true });
  expect(await copiesOf(video)).toBe(0);
  await world.settle();
  expect((await receipt(video)).hiddenAt).toBeDefined();
  await annotate('down at the request: accepted, and hidden inside the undo window once it is up');
});

test('F18 down for longer than there are retries: given up loudly, and deleted after a replay', async ({
  annotate,
}) => {
  const video = await cached();
  const message = await due(video);
  await server.pause();
  await world.settle();
  expect(await find(video)).toMatchObject({ state: 'failed', receipts: [], attempts: 12 });
  expect(world.queues.dead.messages()).toEqual([message]);
  expect(world.recorded).toContainEqual(['DeletionsFailed', 1]);
  await server.resume();
  await replayAsCaller(world.ports, { callerId: await world.user({ is_admin: true }), videoId: video.videoId });
  await world.settle();
  expect((await find(video)).state).toBe('deleted');
  expect([await copiesOf(video), await leftBesides(video)]).toEqual([0, {}]);
  await annotate('down for 12 attempts: failed, in the dead-letter queue; replayed: 0 copies left');
});
