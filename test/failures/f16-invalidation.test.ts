import { expect, test, vi } from 'vitest';
import { edgePathsOf } from '../../functions/deletion/data-map/edge-paths.ts';
import { sweepDeletions } from '../../functions/deletion/work/sweep-deletions.ts';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

/** Nobody promises a deletion sooner than this; the alarm on the age of the oldest rings after it. */
const A_DAY = 86_400;
const HALF_AN_HOUR = 1_800;

const world = useWorld();
const { due, find, receipt, expectGone } = deletionsIn(world);

const oldestAge = () => world.recorded.filter(([name]) => name === 'OldestOpenDeletionAge').at(-1)?.[1] ?? 0;

test('F16 an invalidation that stays in progress for a day', async ({ annotate }) => {
  const video = await world.video();
  await due(video);
  const stuck = vi.spyOn(world.viewers.local, 'completeInvalidations').mockImplementation(() => {});
  const ages: number[] = [];
  const references = new Set<string>();
  for (let seconds = 0; seconds <= A_DAY; seconds += HALF_AN_HOUR) {
    await world.turn();
    await sweepDeletions(world.ports);
    const { state, receipts, edge, attempts } = await find(video);
    expect({ state, receipts, attempts }).toEqual({ state: 'settling', receipts: [], attempts: 1 });
    expect(edge?.completedAt).toBeUndefined();
    if (edge?.callerReference) references.add(edge.callerReference);
    ages.push(oldestAge());
    world.advance(HALF_AN_HOUR);
  }
  expect(ages, 'the figure of the alarm grows with every sweep').toEqual([...new Set(ages)].sort((a, b) => a - b));
  expect(ages.at(-1)).toBeGreaterThanOrEqual(A_DAY);
  expect(references.size, 'asked for anew').toBeGreaterThan(10);
  expect((await world.left(video.videoId, video.ownerId)).edge, 'the copy is still served').toBe(1);

  stuck.mockRestore();
  await world.settle();
  await sweepDeletions(world.ports);
  await expectGone(video);
  expect(oldestAge()).toBe(0);
  await annotate(`a day in progress: never deleted, asked for ${references.size} times, oldest age ${ages.at(-1)} s`);
});

/** File names that a path must be written for with care. */
const ODD_NAMES = [
  'a b.mp4',
  'ä€🎬.mp4',
  'a+b&c=d;e.mp4',
  '100%.mp4',
  "~'()!.mp4",
  '%2e%2E.mp4',
  'a?b#c.mp4',
  'a*',
  'a*b.mp4',
];

/** A video whose original has this name, and a copy of it at the edge. */
async function videoWithOriginal(name: string): Promise<{ video: Video; key: string; path: string }> {
  const video = await world.video();
  const key = `uploads/${video.videoId}/${name}`;
  const path = `/uploads/${video.videoId}/${encodeURIComponent(name)}`;
  await world.put(key);
  await world.db
    .updateTable('videos')
    .set({ url_mp4: path.slice(1) })
    .where('id', '=', video.videoId)
    .execute();
  expect((await world.viewers.view(path)).text).toBe(key);
  return { video, key, path };
}

test.for(ODD_NAMES)('F16 the right path for an original called %j', async (name, { annotate }) => {
  const { video, path, key } = await videoWithOriginal(name);
  await due(video);
  await world.settle();
  expect((await find(video)).state).toBe('deleted');
  expect((await receipt(video)).edge).toMatchObject({
    paths: edgePathsOf(video.videoId, { strayKeys: [key] }, {}).length,
    completedAt: expect.any(String),
  });
  expect(await world.inBucket(key)).toEqual([]);
  expect((await world.viewers.view(path)).status).toBe(404);
  expect(world.viewers.local.cached().filter((cached) => cached.includes(video.videoId))).toEqual([]);
  await annotate('an odd file name: no copy is left at the edge');
});
