import { expect, test } from 'vitest';
import type { Ports } from '../../functions/deletion/ports.ts';
import { cacheKeys } from '../../local/demo/content/cache-content.ts';
import { createReadCache, type ReadCache } from '../../platform/reads/read-cache.ts';
import { readFeed } from '../../platform/reads/read-feed.ts';
import { readVideo } from '../../platform/reads/read-video.ts';
import { createBarrier } from '../support/barrier.ts';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, request, find, expectGone } = deletionsIn(world);

/**
 * A reader that does not check the fence. It now writes what it loaded before the deletion: all four copies and a page
 * of the feed.
 */
async function setAll({ videoId }: Video): Promise<void> {
  const keys = ['', ':meta', ':playback', ':stats'].map((part) => `video:${videoId}${part}`);
  await world.inRedis.run(async (client) => {
    const page = `feed:slow:${videoId}`;
    for (const key of keys) await client.set(key, 'Holiday at the sea');
    await client.sAdd(`video:${videoId}:feeds`, page);
    await client.set(page, `["${videoId}"]`);
  });
}

/** Every key that holds something of the video, but for the fence. */
async function copiesOf({ videoId }: Video): Promise<string[]> {
  return await world.inRedis.run(async (client) => {
    const keys = await cacheKeys(client);
    return keys.filter((key) => key.includes(videoId) && key !== `video:${videoId}:gone`);
  });
}

type Around = (ports: Ports, set: () => Promise<void>) => Partial<Ports>;
const after =
  <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>, set: () => Promise<void>) =>
  async (...args: Args): Promise<Result> => {
    const result = await call(...args);
    await set();
    return result;
  };
const before =
  <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>, set: () => Promise<void>) =>
  async (...args: Args): Promise<Result> => {
    await set();
    return await call(...args);
  };

/** When the reader comes to write, as the pipeline goes. */
const MOMENTS: Record<string, Around> = {
  'when the objects go': ({ objects }, set) => ({ objects: { ...objects, deleteAll: before(objects.deleteAll, set) } }),
  'before the rows are committed': ({ rows }, set) => ({
    rows: { ...rows, deleteVideoRow: before(rows.deleteVideoRow, set) },
  }),
  'after the commit': ({ rows }, set) => ({ rows: { ...rows, deleteVideoRow: after(rows.deleteVideoRow, set) } }),
  'after the cache was emptied': ({ cache }, set) => ({
    ...(cache && { cache: { ...cache, invalidate: after(cache.invalidate, set) } }),
  }),
  'while verify looks': ({ rows }, set) => ({ rows: { ...rows, look: after(rows.look, set) } }),
};

test.for(Object.keys(MOMENTS))('F17 a reader that sets what it loaded %s', async (moment, { annotate }) => {
  const video = await world.video();
  await request(video);
  let sets = 0;
  const setOnce = async () => {
    sets += 1;
    if (sets === 1) await setAll(video);
  };
  Object.assign(world.ports, MOMENTS[moment]?.({ ...world.ports }, setOnce));
  await due(video);
  await world.settle();
  expect(sets).toBeGreaterThan(0);
  expect(await copiesOf(video)).toEqual([]);
  await expectGone(video);
  await annotate('a reader without a fence, at a moment of the pipeline of its own: 0 copies left');
});

test('F17 a reader that sets what it loaded while the deletion settles', async ({ annotate }) => {
  const video = await world.video();
  await due(video);
  await world.turn();
  expect((await find(video)).state).toBe('settling');
  await setAll(video);
  await world.settle();
  expect(await copiesOf(video)).toEqual([]);
  expect((await expectGone(video)).late).toMatchObject({ keys: 4, pages: 1 });
  await annotate('4 copies and a page set after everything was empty: counted as late, 0 left');
});

test("F17 the platform's own readers, slow from before the request until after the deletion", async ({ annotate }) => {
  const video = await world.video();
  const held = createBarrier();
  const cache: ReadCache = createReadCache(world.inRedis);
  const slow: ReadCache = {
    ...cache,
    get: async () => null,
    set: async (...entry) => {
      await held.pass();
      await cache.set(...entry);
    },
  };
  const sources = { db: world.db, cache: slow, tombstones: world.ports.tombstones };
  const reading = Promise.allSettled([readVideo(sources, video.videoId), readFeed(sources)]);
  await held.arrived(5);
  await due(video);
  await world.settle();
  held.open();
  const [read, feed] = await reading;
  expect(read, 'answers 410').toMatchObject({ status: 'rejected', reason: { status: 410 } });
  expect(JSON.stringify(feed)).not.toContain(video.videoId);
  expect(await copiesOf(video)).toEqual([]);
  await expectGone(video);
  await annotate('2 slow readers across the whole deletion: neither shows it, 0 copies left');
});
