import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  type DeleteObjectsCommandOutput,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import type { UploadListing } from '../../functions/stores/s3/bucket.ts';
import { checkStorage } from '../../functions/stores/s3/check-storage.ts';
import { prepared } from '../../functions/stores/s3/client/connect-bucket.ts';
import { createS3Objects } from '../../functions/stores/s3/objects.ts';
import {
  describeVideoObjects,
  newVideoId,
  proceed,
  type StorageUnderTest,
  targetOf,
} from '../contracts/video-objects.ts';
import { fillBucket, namesIn, neighboursOf, putInto } from '../support/filled-bucket.ts';

const { STORE_ENDPOINT: endpoint = '', STORE_BUCKET: name = '', STORE_VERSIONED, STORE_UPLOADS } = process.env;
const keeps = STORE_VERSIONED === 'true' ? 'versions' : 'nothing';
const uploads = STORE_UPLOADS as UploadListing;
const openClient = () => new S3Client({ endpoint, forcePathStyle: true });

/** The adapter on the bucket that the caller named, emptied after each test. */
async function openBucket(): Promise<StorageUnderTest> {
  const [client, ours] = [openClient(), prepared(openClient())];
  const bucket = { client, name };
  const before = await namesIn(bucket);
  if (before.length > 0) throw new Error(`The bucket ${name} is not empty: it has ${before.length} things in it`);
  const objects = createS3Objects(ours, { bucket: name, uploads });
  return {
    objects,
    put: async (key) => void (await putInto(bucket, key)),
    fill: (videoId) => fillBucket(bucket, videoId, keeps),
    neighbours: neighboursOf,
    names: () => namesIn(bucket),
    obstruct: async (videoId) => obstruct(ours, `videos/${videoId}/thumbnail.jpg`),
    async close() {
      await empty(client);
      client.destroy();
      ours.destroy();
    },
  };
}

/** Deletes whatever a test has left, past our adapter. */
async function empty(client: S3Client): Promise<void> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: name }));
  for (const { Key, UploadId } of Uploads)
    await client.send(new AbortMultipartUploadCommand({ Bucket: name, Key, UploadId }));
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: name }));
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers])
    await client.send(new DeleteObjectCommand({ Bucket: name, Key, VersionId }));
}

/** Says of one key that it could not be deleted, as a store would. @returns what takes that back */
function obstruct(client: S3Client, key: string): () => Promise<void> {
  const send = client.send.bind(client) as (command: object) => Promise<DeleteObjectsCommandOutput>;
  client.send = (async (command: object) => {
    if (!(command instanceof DeleteObjectsCommand)) return await send(command);
    const { Delete, ...input } = command.input;
    const { refused = [], others = [] } = Object.groupBy(Delete?.Objects ?? [], ({ Key }) =>
      Key === key ? 'refused' : 'others',
    );
    const Errors = refused.map((one) => ({ ...one, Code: 'InternalError' }));
    if (others.length === 0) return { Errors, $metadata: {} };
    return { ...(await send(new DeleteObjectsCommand({ ...input, Delete: { ...Delete, Objects: others } }))), Errors };
  }) as typeof client.send;
  return async () => {
    client.send = send as typeof client.send;
  };
}

describe(`${endpoint}, bucket ${name}`, () => describeVideoObjects(openBucket));

describe('beyond the contract', () => {
  it('deletes 1,100 keys, and keys that XML cannot carry', async () => {
    const bucket = await openBucket();
    onTestFinished(() => bucket.close());
    const client = openClient();
    const videoId = newVideoId();
    const keys = Array.from({ length: 1100 }, (_, n) => `videos/${videoId}/${n}.ts`);
    for (const key of [...keys, `videos/${videoId}/\u0010.ts`, `videos/${videoId}/..ts`])
      await client.send(new PutObjectCommand({ Bucket: name, Key: key, Body: 'x' }));
    expect(await bucket.objects.deleteAll(targetOf(videoId), proceed)).toMatchObject({ objects: 1102 });
    expect(await bucket.names()).toEqual([]);
    client.destroy();
  });

  it('check-storage finds that the deletion is kept', async () => {
    const clientFor = (answersAs: string | undefined) => prepared(openClient(), { answersAs });
    const { capabilities } = await checkStorage({ raw: openClient(), clientFor, bucket: name }, parseVideoId(uuidv7()));
    process.stdout.write(`${JSON.stringify(capabilities, null, 2)}\n`);
    expect(capabilities).toContainEqual(expect.objectContaining({ name: 'deletion', outcome: 'kept' }));
  });
});
