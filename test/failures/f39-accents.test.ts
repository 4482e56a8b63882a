import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { reapplyDeletion } from '../../functions/deletion/requests/reapply-deletion.ts';
import type { ProfileName } from '../../local/s3/faults/accents.ts';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find, receipt, expectGone } = deletionsIn(world);

const WORKS_LIKE_S3 = ['ceph', 'versitygw', 'singles', 'md5'] as const satisfies ProfileName[];

test.for(WORKS_LIKE_S3)('F39 a store that speaks like %s: everything goes', async (store) => {
  const video = await world.video();
  const folder = `videos/${video.videoId}/480p/`;
  world.s3.fill(
    world.bucket,
    Array.from({ length: 1_100 }, (_, n) => `${folder}${n}.ts`),
  );
  const Key = `videos/${video.videoId}/a b+c%20d é.ts`;
  await world.objects.send(new CreateMultipartUploadCommand({ Bucket: world.bucket, Key }));
  world.s3.faults.imitate(store);
  await due(video);
  await world.settle();
  const { steps, attempts } = await expectGone(video);
  expect(attempts).toBeLessThanOrEqual(1);
  expect(steps.deleteObjects.counts).toMatchObject({ objects: 1_106, versions: 2, uploads: 2 });
});

test('F39 a store that cannot list uploads: the rest goes, and state, receipt and metric say what is not shown', async () => {
  const video = await world.video();
  world.recorded.length = 0;
  world.s3.faults.imitate('no-uploads');
  await due(video);
  await world.settle();
  const { state, notListed } = await find(video);
  expect({ state, notListed }).toEqual({ state: 'deleted', notListed: ['uploads'] });
  expect((await receipt(video)).exceptions).toEqual({ notListed: ['uploads'] });
  expect(world.recorded).toContainEqual(['EvidenceMissing', 1]);

  world.s3.faults.clear();
  await reapplyDeletion(world.ports, { videoId: video.videoId, by: 'operator' }, await find(video));
  await world.settle();
  const { receipts } = await find(video);
  expect(JSON.parse(receipts[1] ?? '').exceptions, 'once it lists them').not.toHaveProperty('notListed');
});

const UPLOADS = [
  ['bucket', undefined],
  ['none', ['uploads']],
  ['unchecked', ['uploads']],
] as const;

test.for(UPLOADS)('F39 uploads that a store lists by exact key alone, listed by %s', async ([uploads, notListed]) => {
  const video = await world.video();
  world.ports.objects = world.objectsThat({ uploads });
  world.s3.faults.imitate('minio');
  if (uploads === 'bucket') world.s3.faults.clear();
  await due(video);
  await world.settle();
  const { exceptions } = await receipt(video);
  expect(exceptions.notListed).toEqual(notListed);
  if (!notListed) await expectGone(video);
});

test('F39 a store that neither says whether it has versions nor lists any', async () => {
  const video = await world.video();
  world.ports.objects = world.objectsThat({});
  world.s3.faults.failRequests({ operation: 'GetBucketVersioning', code: 'VersioningNotConfigured', status: 404 });
  world.s3.faults.failRequests({ operation: 'ListObjectVersions', code: 'MethodNotAllowed' });
  await due(video);
  await world.settle();
  expect((await receipt(video)).exceptions).toEqual({ notListed: ['versions'] });
});

test('F39 a store that answers another name for the bucket, where that is known', async () => {
  const video = await world.video();
  const lift = world.s3.faults.speakWith({ answersAs: 'tenant:videos' });
  await due(video);
  await world.turn();
  expect((await find(video)).steps.deleteObjects.error).toBe('ForeignAnswer');
  world.ports.objects = world.objectsThat({ answersAs: 'tenant:videos' });
  world.advance(2_000);
  await world.settle();
  lift();
  await expectGone(video);
});
