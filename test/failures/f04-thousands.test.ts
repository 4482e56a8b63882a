import { expect, test } from 'vitest';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const KEYS = 2_501;
const VERSIONS = 1_200;
/** A page of a listing, and the most that one DeleteObjects takes. */
const PAGE = 1_000;

const world = useWorld();
const { due, receipt, expectGone } = deletionsIn(world);

test('F4 2,501 keys and 1,200 versions of one key', async ({ annotate }) => {
  const video = await world.video();
  const folder = `videos/${video.videoId}/480p/`;
  world.s3.fill(
    world.bucket,
    Array.from({ length: KEYS }, (_, n) => `${folder}${n}.ts`),
  );
  // In the middle of the listing, so that its versions stand on two pages.
  for (let version = 2; version <= VERSIONS; version++) world.s3.fill(world.bucket, [`${folder}1500.ts`]);
  expect(await world.inBucket(folder), 'as many as four pages show').toHaveLength(KEYS + VERSIONS - 1);

  world.s3.requests.clear();
  await due(video);
  await world.settle();
  await expectGone(video);
  expect(await world.inBucket(folder)).toEqual([]);
  const { counts, late } = await receipt(video);
  expect(counts.deleteObjects).toMatchObject({ objects: KEYS + 6, versions: VERSIONS - 1 + 2, deleteMarkers: 1 });
  expect(late).toEqual({});
  const batches = world.s3.requests.list('DeleteObjects').map(({ keys = 0 }) => keys);
  expect(Math.max(...batches)).toBeLessThanOrEqual(PAGE);
  await annotate(`2,501 keys and 1,200 versions of one, in ${batches.length} batches: 0 left`);
});
