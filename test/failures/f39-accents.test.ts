import { expect, test } from 'vitest';
import type { ProfileName } from '../../local/s3/faults/accents.ts';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, expectGone } = deletionsIn(world);

const WORKS_LIKE_S3 = ['ceph', 'versitygw', 'singles', 'md5'] as const satisfies ProfileName[];

test.for(WORKS_LIKE_S3)('F39 a store that speaks like %s: everything goes', async (store) => {
  const video = await world.video();
  const folder = `videos/${video.videoId}/480p/`;
  world.s3.fill(
    world.bucket,
    Array.from({ length: 1_100 }, (_, n) => `${folder}${n}.ts`),
  );
  world.s3.faults.imitate(store);
  await due(video);
  await world.settle();
  const { steps, attempts } = await expectGone(video);
  expect(attempts).toBeLessThanOrEqual(1);
  expect(steps.deleteObjects.counts).toMatchObject({ objects: 1_106, versions: 2 });
});
