import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  type S3ClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { type AwsStub, mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, test } from 'vitest';
import type { StoredVideos } from '../../../../functions/deletion/orphans/orphan.ts';
import { createS3Prefixes } from '../../../../functions/stores/s3/prefixes.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';
import {
  BUCKET,
  type BucketMode,
  type SimulatedBucket,
  startSimulatedBucket,
} from '../../../support/simulated-bucket.ts';

type Wire = AwsStub<ServiceInputTypes, ServiceOutputTypes, S3ClientResolvedConfig>;

let bucket: SimulatedBucket;
let stored: StoredVideos;
async function open(mode: BucketMode): Promise<void> {
  bucket = await startSimulatedBucket(mode);
  stored = createS3Prefixes(bucket.client, { bucket: BUCKET });
  if (mode === 'R2') bucket.simulator.faults.imitate('r2');
}
afterEach(() => bucket.close());

async function listed() {
  const ids = new Set<string>();
  const foreign: string[] = [];
  for await (const page of stored.list()) {
    for (const id of page.videoIds) ids.add(id);
    foreign.push(...page.foreign);
  }
  return { ids: [...ids].sort(), foreign };
}

describe.each(['unversioned', 'versioned', 'suspended', 'R2'] as const)('in a bucket that is %s', (mode) => {
  test('every prefix of a video is listed, what names none is foreign, and other prefixes are not looked at', async () => {
    await open(mode);
    const [video, upload] = [aVideoId(), aVideoId()];
    for (const key of ['videos/', `videos/${video}/a/b.ts`, `videos/${video}/c.ts`, `uploads/${aVideoId()}.mp4`])
      await bucket.put(key);
    await bucket.put(`videos/${video.toUpperCase()}/a.ts`);
    await bucket.put(`videos/${aVideoId()}x/a.ts`);
    const file = `videos/${aVideoId()}`;
    await bucket.put(file);
    await bucket.client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: `videos/${upload}/a.ts` }));
    const { ids, foreign } = await listed();
    expect(ids).toEqual([video, upload].sort());
    expect(foreign).toHaveLength(3);
    expect(foreign).toContain(`videos/${video.toUpperCase()}/`);
    expect(foreign).toContain(file);
    expect(await stored.newestAt(aVideoId())).toBeUndefined();
  });
});

test('more prefixes than a page holds', async () => {
  await open('unversioned');
  const ids = Array.from({ length: 1_203 }, () => aVideoId());
  bucket.simulator.fill(
    BUCKET,
    ids.map((id) => `videos/${id}/playlist.m3u8`),
  );
  expect((await listed()).ids).toEqual(ids.toSorted());
});

test('what is left of a prefix may be a delete marker, or a part of an upload: both are found, with their time', async () => {
  await open('versioned');
  const [marked, uploaded] = [aVideoId(), aVideoId()];
  const before = Date.now() - 1000;
  await bucket.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: `videos/${marked}/gone.ts` }));
  const Key = `videos/${uploaded}/a.ts`;
  const { UploadId } = await bucket.client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
  const begun = await stored.newestAt(uploaded);
  await expect
    .poll(async () => {
      await bucket.client.send(new UploadPartCommand({ Bucket: BUCKET, Key, UploadId, PartNumber: 1, Body: 'part' }));
      return Number(await stored.newestAt(uploaded)) - Number(begun);
    })
    .toBeGreaterThan(0);
  expect((await listed()).ids).toEqual([marked, uploaded].sort());
  expect(Number(await stored.newestAt(marked))).toBeGreaterThanOrEqual(before);
});

test('an upload that ended meanwhile has no parts; one whose parts may not be listed has no known age', async () => {
  await open('unversioned');
  const video = aVideoId();
  await bucket.client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: `videos/${video}/a.ts` }));
  const begun = await stored.newestAt(video);
  expect(begun).toBeInstanceOf(Date);
  const { faults } = bucket.simulator;
  const lift = faults.failRequests({ operation: 'ListParts', code: 'NoSuchUpload' });
  expect(await stored.newestAt(video)).toEqual(begun);
  lift();
  faults.failRequests({ operation: 'ListParts', code: 'AccessDenied' });
  await expect(stored.newestAt(video)).rejects.toMatchObject({ name: 'AccessDenied' });
});

test.each([
  ['objects', undefined, (wire: Wire) => wire.on(ListObjectsV2Command)],
  ['versions', 'Enabled', (wire: Wire) => wire.on(ListObjectVersionsCommand)],
  ['uploads', undefined, (wire: Wire) => wire.on(ListMultipartUploadsCommand)],
  ['parts', undefined, (wire: Wire) => wire.on(ListPartsCommand)],
] as const)('a listing of %s that says there is more but not where fails', async (_what, Status, listing) => {
  await open('unversioned');
  const wire = mockClient(bucket.client);
  const video = aVideoId();
  wire.onAnyCommand().resolves({ ...(Status && { Status }) });
  wire.on(ListMultipartUploadsCommand).resolves({ Uploads: [{ Key: `videos/${video}/a.ts`, UploadId: 'upload' }] });
  listing(wire).resolves({ IsTruncated: true });
  await expect(stored.newestAt(video)).rejects.toMatchObject({ code: 'ListingWithoutMarker' });
  wire.restore();
});

test('more parts than a page holds: the newest of them all counts', async () => {
  await open('unversioned');
  const video = aVideoId();
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
  const wire = mockClient(bucket.client);
  wire.onAnyCommand().resolves({});
  wire.on(ListMultipartUploadsCommand).resolves({
    Uploads: [{ Key: `videos/${video}/a.ts`, UploadId: 'upload', Initiated: at(0) }],
  });
  wire
    .on(ListPartsCommand)
    .resolvesOnce({ Parts: [{ LastModified: at(1) }], IsTruncated: true, NextPartNumberMarker: '1' })
    .resolvesOnce({ Parts: [{ LastModified: at(2) }], NextPartNumberMarker: '2' });
  expect(await stored.newestAt(video)).toEqual(at(2));
  expect(wire.commandCalls(ListPartsCommand).map(({ args }) => args[0].input.PartNumberMarker)).toEqual([
    undefined,
    '1',
  ]);
  wire.restore();
});

test('a key outside the prefix is an error, not an age', async () => {
  await open('unversioned');
  const wire = mockClient(bucket.client);
  wire.onAnyCommand().resolves({});
  wire.on(ListObjectsV2Command).resolves({ Contents: [{ Key: `videos/${aVideoId()}/a.ts` }] });
  await expect(stored.newestAt(aVideoId())).rejects.toMatchObject({ code: 'KeyOutsidePrefix' });
  wire.restore();
});
