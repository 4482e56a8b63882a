import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const UPLOADS = 40;
/** The uploader tries again so often before it gives up. */
const AGAIN = 3;

const world = useWorld();
const { due, find, receipt, expectGone } = deletionsIn(world);

const begin = async (Key: string) =>
  (await world.objects.send(new CreateMultipartUploadCommand({ Bucket: world.bucket, Key }))).UploadId;
const writePart = async (Key: string, UploadId: string | undefined) =>
  (
    await world.objects.send(
      new UploadPartCommand({ Bucket: world.bucket, Key, UploadId, PartNumber: 1, Body: 'part' }),
    )
  ).ETag;
const complete = async (Key: string, UploadId: string | undefined) => {
  const Parts = [{ PartNumber: 1, ETag: await writePart(Key, UploadId) }];
  await world.objects.send(
    new CompleteMultipartUploadCommand({ Bucket: world.bucket, Key, UploadId, MultipartUpload: { Parts } }),
  );
};
const listed = async (prefix: string) =>
  (await world.objects.send(new ListMultipartUploadsCommand({ Bucket: world.bucket, Prefix: prefix }))).Uploads ?? [];

/** Calls back before each abort takes effect, so often. */
function beforeAborts(times: number, act: (key: string) => Promise<unknown>): void {
  let left = times;
  world.s3.faults.onRequest(async ({ operation, phase, key }) => {
    if (operation !== 'AbortMultipartUpload' || phase !== 'before' || left <= 0) return;
    left -= 1;
    await act(key);
  });
}

test('F6 forty uploads: parts arrive during the aborts, and each uploader begins again', async ({ annotate }) => {
  const video = await world.video();
  const folder = `videos/${video.videoId}/1080p/`;
  const ids = new Map<string, string | undefined>();
  for (let n = 0; n < UPLOADS; n++) ids.set(`${folder}${n}.ts`, await begin(`${folder}${n}.ts`));
  beforeAborts(UPLOADS * AGAIN, async (key) => {
    const id = ids.get(key);
    if (!id) return;
    await writePart(key, id);
    ids.set(key, await begin(key));
  });
  // The first answers are lost, the aborts as well or not.
  world.s3.faults.failRequests({ operation: 'AbortMultipartUpload', code: 'InternalError', times: 5 });
  world.s3.faults.failRequests({ operation: 'AbortMultipartUpload', code: 'InternalError', times: 5, when: 'after' });
  await due(video);
  await world.settle();
  await expectGone(video);
  expect(await listed(folder)).toEqual([]);
  const aborts = world.s3.requests.count('AbortMultipartUpload');
  expect(aborts).toBeGreaterThan(UPLOADS);
  await annotate(
    `${UPLOADS} uploads, a part and a new upload during ${UPLOADS * AGAIN} aborts: ${aborts} aborts, 0 listed`,
  );
});

test('F6 an upload that is completed before its abort is an object, and goes with the objects', async ({
  annotate,
}) => {
  const video = await world.video();
  const key = `videos/${video.videoId}/1080p/whole.ts`;
  const id = await begin(key);
  beforeAborts(Number.POSITIVE_INFINITY, async (aborted) => {
    if (aborted === key) await complete(key, id);
  });
  await due(video);
  await world.settle();
  await expectGone(video);
  expect((await receipt(video)).counts.deleteObjects).toMatchObject({ objects: 7 });
  await annotate('an upload completed during its abort: 0 left');
});

test('F6 while uploads keep coming the video is not called deleted', async ({ annotate }) => {
  const video = await world.video();
  const key = `videos/${video.videoId}/1080p/again.ts`;
  await begin(key);
  beforeAborts(Number.POSITIVE_INFINITY, () => begin(key));
  await due(video);
  for (let pass = 0; pass < 3; pass++) {
    await world.turn();
    expect(await find(video)).toMatchObject({
      state: 'running',
      steps: { deleteObjects: { state: 'failed', error: 'UploadsRemain' }, deleteRows: { state: 'done' } },
    });
    world.advance(1_980);
  }
  world.s3.faults.clear();
  await world.settle();
  await expectGone(video);
  await annotate('an uploader that never stops: not deleted before it does');
});
