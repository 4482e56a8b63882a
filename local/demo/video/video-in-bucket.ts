import {
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { chunksOf } from '../../../functions/deletion/chunks-of.ts';
import { inGroups } from '../../../functions/deletion/in-groups.ts';
import type { BucketStorage } from '../demo-stores.ts';
import { originalKeyOf, type Sizes } from './video-content.ts';
import { segmentBody, segmentKey, videoKeys } from './video-keys.ts';

/** How many requests are in flight at once. */
const CONCURRENCY = 32;
/** The number of keys that one DeleteObjects takes. */
const KEYS_PER_DELETE = 1_000;
/** A number above every segment's, so that there was never an object under this key. */
const EXPIRED_FROM = 9_001;

/**
 * Writes a video into a bucket: objects, noncurrent versions, delete markers, unfinished uploads and the original.
 * Without versioning, an overwritten object leaves nothing and there are no markers.
 */
export async function writeBucketVideo(storage: BucketStorage, videoId: string, sizes: Sizes): Promise<void> {
  const keys = videoKeys(videoId, sizes.objects);
  await putAll(storage, keys, segmentBody(videoId));
  await putAll(storage, keys.slice(keys.length - sizes.overwritten), `${segmentBody(videoId)}Once more.\n`);
  await putAll(storage, [originalKeyOf(videoId)], `The upload of ${videoId}.\n`);
  await markDeleted(storage, expiredKeys(videoId, sizes.deleteMarkers));
  for (let n = 1; n <= sizes.unfinishedUploads; n++) {
    await beginUpload(storage, segmentKey(videoId, '1080p', EXPIRED_FROM - n), `Part of ${videoId}`);
  }
}

/** Writes the body under each key. */
export async function putAll(
  { client, bucket, fill }: BucketStorage,
  keys: readonly string[],
  body: string,
): Promise<void> {
  if (fill) return fill(keys, body);
  await inGroups(keys, CONCURRENCY, (Key) => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: body })));
}

/**
 * Delete markers without versions: what is left of deleted segments after a lifecycle rule has expired their versions.
 */
function expiredKeys(videoId: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => segmentKey(videoId, '480p', EXPIRED_FROM + n));
}

/** Deletes the keys without naming versions. In a bucket with versioning, each gets a delete marker. */
export async function markDeleted({ client, bucket }: BucketStorage, keys: readonly string[]): Promise<void> {
  for (const chunk of chunksOf(keys, KEYS_PER_DELETE)) {
    const Objects = chunk.map((Key) => ({ Key }));
    await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
  }
}

/** Starts a multipart upload, sends one part, and never completes it. */
export async function beginUpload({ client, bucket }: BucketStorage, key: string, part: string): Promise<void> {
  const object = { Bucket: bucket, Key: key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
  await client.send(new UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body: part }));
}
