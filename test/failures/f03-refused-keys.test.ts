import { expect, test } from 'vitest';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const KEYS = 1_500;
/** What a video of the world holds besides: 8 versions and markers, and its original. */
const BESIDES = 9;
const PASSES = 5;
/** A key that fails for a passing reason is asked for so often in one pass. */
const TRIES_IN_PLACE = 4;
const LONGEST_BACKOFF_SECONDS = 1_980;

const world = useWorld();
const { due, find, expectGone, receipt } = deletionsIn(world);

/**
 * How many keys each DeleteObjects named since the log was cleared. Largest first, because the order of the answers is
 * random.
 */
const keysNamed = () =>
  world.s3.requests
    .list('DeleteObjects')
    .map(({ keys = 0 }) => keys)
    .sort((a, b) => b - a);

test.for([
  { code: 'SlowDown', tries: TRIES_IN_PLACE },
  { code: 'InternalError', tries: TRIES_IN_PLACE },
  { code: 'AccessDenied', tries: 1 },
])('F3 one key of 1,500 is refused with $code inside a 200, then allowed', async ({ code, tries }, { annotate }) => {
  const video = await world.video();
  const folder = `videos/${video.videoId}/480p/`;
  const refused = `${folder}1234.ts`;
  world.s3.fill(
    world.bucket,
    Array.from({ length: KEYS }, (_, n) => `${folder}${n}.ts`),
  );
  const lift = world.s3.faults.failKeys({ key: refused, code });
  world.s3.requests.clear();
  await due(video);
  for (let pass = 1; pass <= PASSES; pass++) {
    await world.turn();
    const failed = { state: 'failed', error: code };
    expect(await find(video)).toMatchObject({ state: 'running', receipts: [], steps: { deleteObjects: failed } });
    expect(await world.inBucket(`videos/${video.videoId}/`)).toEqual([refused]);
    world.advance(LONGEST_BACKOFF_SECONDS);
  }
  expect(world.s3.requests.list('DeleteObjects').every(({ status }) => status === 200)).toBe(true);
  const [first, second, ...again] = keysNamed();
  expect([first, second]).toEqual([1_000, KEYS + BESIDES - 1_000]);
  expect(again, 'only the refused key is asked for again').toEqual(Array(tries * PASSES - 1).fill(1));

  lift();
  world.s3.requests.clear();
  await world.settle();
  expect(keysNamed()).toEqual([1]);
  const { steps } = await expectGone(video);
  expect(steps.deleteObjects.counts).toMatchObject({ objects: KEYS + 6, versions: 2, deleteMarkers: 1 });
  await annotate(`${code}: ${again.length + 1} more requests for the 1 refused key, none for the 1,499 others`);
});

test('F3 a figure says "at least" where storage gave no answer to a delete, and not where it has refused', async () => {
  const [lost, refused] = [await world.video(), await world.video()];
  for (const [video, code] of [
    [lost, 'InternalError'],
    [refused, 'AccessDenied'],
  ] as const) {
    await due(video);
    world.s3.faults.failRequests({ operation: 'DeleteObjects', code });
    await world.turn();
    world.s3.faults.clear();
    await world.settle();
  }
  expect((await receipt(lost)).exceptions.atLeast).toEqual(['deleteObjects']);
  expect((await receipt(refused)).exceptions.atLeast).toBeUndefined();
});
