import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, expectGone } = deletionsIn(world);

/** XML 1.0 carries neither of these, not even as a reference; each but the last is refused with its whole batch. */
const KEYS = ['\u0010', '\u0001\u0002', '\u001f', '\u0000', '\ufffe', '\uffff', '\u0085 \r\n\t \u2028 &#x10; %10 +'];

test.for(KEYS.map((part) => [JSON.stringify(part), part] as const))(
  'F37 a key with %s, among 900 others',
  async ([, part]) => {
    const video = await world.video();
    const folder = `videos/${video.videoId}/480p/`;
    world.s3.fill(world.bucket, [
      ...Array.from({ length: 900 }, (_, n) => `${folder}${n}.ts`),
      `${folder}${part}.ts`,
      `${folder}${part}.ts`,
    ]);
    await due(video);
    await world.settle();
    const { attempts, steps } = await expectGone(video);
    expect(attempts, 'the others do not wait for it').toBeLessThanOrEqual(1);
    expect(steps.deleteObjects.counts).toMatchObject({ objects: 907, versions: 3 });
    expect(await world.inBucket(folder)).toEqual([]);
  },
);

test('F37 an upload to such a key', async () => {
  const video = await world.video();
  const Key = `videos/${video.videoId}/\u0010.ts`;
  await world.objects.send(new CreateMultipartUploadCommand({ Bucket: world.bucket, Key }));
  await due(video);
  await world.settle();
  await expectGone(video);
});
