import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { connectRedis } from '../../functions/stores/redis/connect-redis.ts';
import { createReadCache, type ReadCache } from '../../platform/reads/read-cache.ts';
import { readFeed } from '../../platform/reads/read-feed.ts';
import { readOwnVideos } from '../../platform/reads/read-own-videos.ts';
import { readVideo } from '../../platform/reads/read-video.ts';
import { userIdOf } from '../../platform/seed/accounts.ts';
import { readyVideosOf, videoPath } from '../support/api-client.ts';
import { createBarrier } from '../support/barrier.ts';
import { cacheEntries } from '../support/left-in.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const [WARM = '', COLD = ''] = readyVideosOf('ana');
const LISTS = ['/api/v1/feed', '/api/v1/users/me/videos'];
/** Readers of each kind at the same time. */
const READERS = 2;

let system: TestSystem;
let redis: ReturnType<typeof connectRedis>;
beforeAll(async () => {
  system = await openSystem();
  redis = connectRedis({ url: system.settings.CACHE_URL ?? '' });
});
afterAll(async () => {
  redis?.close();
  await system?.stop();
});

const read = (path: string) => system.call('GET', path, { as: 'ana' });

async function isListed(path: string, videoId: string): Promise<boolean> {
  const { status, body } = await read(path);
  expect(status).toBe(200);
  expect(body.videos?.length, 'the other videos stay').toBeGreaterThan(2);
  return body.videos?.some(({ id }) => id === videoId) ?? true;
}

/**
 * Reads again and again, and once more after the deletion has ended. @returns how often, and what it saw of the video
 */
async function watch(path: string, videoId: string, hasEnded: () => boolean) {
  const seen: unknown[] = [];
  for (let isLast = false; !isLast; ) {
    isLast = hasEnded();
    seen.push(path === videoPath(videoId) ? (await read(path)).status : await isListed(path, videoId));
  }
  return seen;
}

/** Watches everything from now until the deletion has ended. */
async function watchDeletion(videoId: string) {
  let hasEnded = false;
  const paths = [...LISTS, videoPath(videoId)].flatMap((path) => Array<string>(READERS).fill(path));
  const watching = paths.map((path) => watch(path, videoId, () => hasEnded));
  const following = (async () => {
    for (; !hasEnded; ) hasEnded = (await read(`${videoPath(videoId)}/deletion`)).body.state === 'deleted';
  })();
  const [lists, answers] = [new Set<unknown>(), new Set<unknown>()];
  const seen = await Promise.all(watching);
  await following;
  for (const [index, values] of seen.entries()) {
    expect(values.length, 'readings').toBeGreaterThan(2);
    for (const value of values) (paths[index] === videoPath(videoId) ? answers : lists).add(value);
  }
  return { lists: [...lists], answers: [...answers] };
}

const NEVER_SHOWN = { lists: [false], answers: [410] };

test('a video that was on every cached page is never shown once the deletion is accepted', async () => {
  for (const path of LISTS) expect(await isListed(path, WARM)).toBe(true);
  expect((await read(videoPath(WARM))).status).toBe(200);
  expect(Object.keys(await cacheEntries(system))).toEqual(
    expect.arrayContaining([
      `video:${WARM}`,
      `video:${WARM}:feeds`,
      `user:${userIdOf('ana')}:videos`,
      'feed:page:first',
    ]),
  );
  expect((await system.call('DELETE', videoPath(WARM), { as: 'ana' })).status).toBe(202);
  expect(await watchDeletion(WARM)).toEqual(NEVER_SHOWN);
});

/** Readers that have found the video in the database and keep it in the cache only when they are let. */
function startSlowReaders(videoId: string) {
  const barrier = createBarrier();
  const cache: ReadCache = createReadCache(redis);
  const slow: ReadCache = {
    ...cache,
    // As if its copy had expired.
    get: async () => null,
    set: async (...entry) => {
      await barrier.pass();
      await cache.set(...entry);
    },
  };
  const sources = { db: system.db, cache: slow, tombstones: system.ports.tombstones };
  const shows = ({ videos }: { videos: { id: string }[] }) => videos.some(({ id }) => id === videoId);
  const reading = Promise.all([
    readFeed(sources).then(shows),
    readOwnVideos(sources, userIdOf('ana')).then(shows),
    readVideo(sources, parseVideoId(videoId)).then(
      () => true,
      () => false,
    ),
  ]);
  // The feed, the profile's list, and the four parts of the video.
  return { allHold: barrier.arrived(6), letGo: () => barrier.open(), reading };
}

test('readers that had found the video before it was hidden neither show it nor bring it back', async () => {
  const slow = startSlowReaders(COLD);
  await slow.allHold;
  expect((await system.call('DELETE', videoPath(COLD), { as: 'ana' })).status).toBe(202);
  const watching = watchDeletion(COLD);
  slow.letGo();
  expect(await slow.reading).toEqual([false, false, false]);
  const copies = Object.entries(await cacheEntries(system)).filter((entry) => entry.join(' ').includes(COLD));
  expect(copies.map(([key]) => key)).toEqual([`video:${COLD}:gone`]);
  expect(await watching).toEqual(NEVER_SHOWN);
});
