import { expect, test } from 'vitest';
import { StepFailed } from '../../functions/deletion/errors.ts';
import type { VideoCache } from '../../functions/deletion/ports.ts';
import { MAX_ATTEMPTS } from '../../functions/deletion/rules.ts';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find, settling } = deletionsIn(world);

/** Longer than the settle delay, shorter than an invalidation is waited for. */
const PAUSE_SECONDS = 1_000;
const LONGER_THAN_ANY_END = 60;

/** Lets time and workers pass until the deletion has ended. @returns how many passes that took */
async function passesUntilEnd(video: { videoId: string }): Promise<number> {
  for (let passes = 1; passes <= LONGER_THAN_ANY_END; passes += 1) {
    world.advance(PAUSE_SECONDS);
    await world.turn();
    const { state } = await find(video as Parameters<typeof find>[0]);
    if (state === 'failed' || state === 'deleted') return passes;
  }
  throw new Error('It does not end');
}

test('F56 an object that is listed again after each deletion', async () => {
  const video = await settling();
  const key = `videos/${video.videoId}/again.ts`;
  await world.put(key);
  world.s3.faults.speakWith({ listsAgain: /again\.ts$/ });
  let invalidations = 0;
  const { edge } = world.whole;
  const invalidate: typeof edge.invalidate = (...asked) => {
    invalidations += 1;
    return edge.invalidate(...asked);
  };
  world.ports.edge = { ...edge, invalidate };
  const passes = await passesUntilEnd(video);
  const tombstone = await find(video);
  expect(tombstone).toMatchObject({ state: 'failed', receipts: [], steps: { verify: { error: 'ObjectsRemain' } } });
  expect(tombstone.history.at(-1)).toMatchObject({ to: 'failed', detail: { code: 'ObjectsRemain' } });
  expect(passes).toBeLessThanOrEqual(2 * MAX_ATTEMPTS);
  expect(invalidations, 'a handful').toBeLessThanOrEqual(passes + 1);
});

test('F56 a writer that writes as much again after each deletion', async () => {
  const video = await settling();
  let written = 0;
  world.ports.objects = {
    ...world.whole.objects,
    async look(target) {
      for (const n of [1, 2]) await world.put(`videos/${video.videoId}/${++written}-${n}.ts`);
      return await world.whole.objects.look(target);
    },
  };
  await passesUntilEnd(video);
  expect(await find(video)).toMatchObject({ state: 'failed', steps: { verify: { error: 'ObjectsRemain' } } });
});

test('F56 rows that come back after each deletion', async () => {
  const video = await settling();
  const { rows } = world.whole;
  world.ports.rows = {
    ...rows,
    look: async (videoId) => ({ ...(await rows.look(videoId)), views: 1 }),
    deleteBatch: async (place, ...rest) => (place.table === 'views' ? 1 : await rows.deleteBatch(place, ...rest)) && 0,
    deleteVideoRow: async () => ({ counts: { views: 1 }, missed: [] }),
  };
  await passesUntilEnd(video);
  expect(await find(video)).toMatchObject({ state: 'failed', steps: { verify: { error: 'RowsRemain' } } });
});

test('F56 late writers that come to an end are no failure, however many there are', async () => {
  const video = await settling();
  for (let left = 20; left > 0; left -= 1) {
    for (let n = 0; n < left; n += 1) await world.put(`videos/${video.videoId}/late-${n}.ts`);
    world.advance(PAUSE_SECONDS);
    await world.turn();
  }
  await passesUntilEnd(video);
  const { state, late } = await find(video);
  expect(state).toBe('deleted');
  expect(late.objects).toBe(210);
});

test('F56 a derived table that can never be refreshed', async () => {
  const video = await world.video();
  await due(video);
  const { rows } = world.whole;
  world.ports.rows = { ...rows, look: async (videoId) => ({ ...(await rows.look(videoId)), video_stats: 1 }) };
  await world.turn();
  for (let day = 0; day < 1; day += 1) {
    world.advance(86_400);
    await world.turn();
  }
  expect((await find(video)).state, 'a platform may refresh it once a day').toBe('settling');
  world.advance(3 * 86_400);
  await passesUntilEnd(video);
  expect(await find(video)).toMatchObject({ state: 'failed', steps: { verify: { error: 'DerivedRowsRemain' } } });
});

/** What never becomes less, from the first pass on, and the code of the end. */
const ENDLESS: [string, string, (video: Video) => Promise<unknown> | unknown][] = [
  [
    'a cached key that is written again',
    'CachedKeysRemain',
    ({ videoId }) => {
      const cache = world.whole.cache as VideoCache;
      const look: typeof cache.look = async (...all) => {
        await world.inRedis.run((client) => client.set(`video:${videoId}:stats`, 'again'));
        return await cache.look(...all);
      };
      world.ports.cache = { ...cache, look };
    },
  ],
  [
    'reports that are made again',
    'RowsRemain',
    async () => {
      const { rows } = world.whole;
      const reporter_id = await world.user();
      const look: typeof rows.look = async (target_id) => {
        const report = { reporter_id, report_type: 'video', target_id, reason: 'spam', status: 'pending' } as const;
        await world.db.insertInto('reports').values(report).execute();
        return await rows.look(target_id);
      };
      world.ports.rows = { ...rows, look };
    },
  ],
  [
    'a key that is refused, and a writer beside it',
    'AccessDenied',
    ({ videoId }) => {
      world.s3.faults.failKeys({ key: /a_002\.ts$/, code: 'AccessDenied' });
      const { objects } = world.whole;
      let written = 0;
      const deleteAll: typeof objects.deleteAll = async (...all) => {
        await world.put(`videos/${videoId}/again-${++written}.ts`);
        return await objects.deleteAll(...all);
      };
      world.ports.objects = { ...objects, deleteAll };
    },
  ],
  [
    'pages of the feed that keep coming',
    'PagesKeepComing',
    () => {
      const cache = world.whole.cache as VideoCache;
      const invalidate: typeof cache.invalidate = async (keys, pagesIn) => {
        if (pagesIn) throw new StepFailed('PagesKeepComing', { keys: 0, pages: 1 });
        return await cache.invalidate(keys);
      };
      world.ports.cache = { ...cache, invalidate };
    },
  ],
];
test.for(ENDLESS)('F56 %s, from the first pass on', async ([, code, begin]) => {
  const video = await world.video();
  await due(video);
  await begin(video);
  await passesUntilEnd(video);
  const { state, history, receipts } = await find(video);
  expect({ state, code: history.at(-1)?.detail, receipts }).toEqual({ state: 'failed', code: { code }, receipts: [] });
});

test('F56 what is listed again and again is counted once', async () => {
  const video = await settling();
  const { counts } = (await find(video)).steps.deleteObjects;
  await world.put(`videos/${video.videoId}/again.ts`);
  world.s3.faults.speakWith({ listsAgain: /again\.ts$/ });
  await passesUntilEnd(video);
  expect((await find(video)).steps.deleteObjects).toMatchObject({ counts, atLeast: true });
});
