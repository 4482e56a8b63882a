import { setTimeout } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Counts } from '../deletion/errors.ts';
import type { Checkpoint, StorageTarget, VideoObjects } from '../deletion/ports.ts';
import { count, type Removal, startRemoval, throwIfFailed, untilFailure } from './removal.ts';
import { abortUploads } from './s3-abort-uploads.ts';
import { type Bucket, rememberVersioning } from './s3-bucket.ts';
import { countEntry, deleteEntries, type EntryRemoval } from './s3-delete-entries.ts';
import { type Entry, listEntries, listUploads, scopesOf } from './s3-listing.ts';
import { throwIfLocked } from './s3-object-lock.ts';
import { refuseUnsafe } from './storage-target.ts';

/** `random` (uniform in [0, 1)) and `wait` (milliseconds) pace the retries; tests replace them. */
export type S3ObjectsOptions = {
  bucket: string;
  random?: () => number;
  wait?: (milliseconds: number) => Promise<unknown>;
};

type Store = Bucket & { isVersioned: () => Promise<boolean> };

/**
 * A video's objects in S3, R2 or another store that speaks S3. Needs, on the bucket, GetBucketVersioning, ListBucket,
 * ListBucketVersions and ListBucketMultipartUploads; on the keys, DeleteObject, DeleteObjectVersion,
 * AbortMultipartUpload, GetObjectRetention and GetObjectLegalHold.
 */
export function createS3Objects(
  client: S3Client,
  { bucket: name, random = Math.random, wait = setTimeout }: S3ObjectsOptions,
): VideoObjects {
  const bucket: Bucket = { client, name, random, wait };
  const store: Store = { ...bucket, isVersioned: rememberVersioning(bucket) };
  return {
    deleteAll: (target, checkpoint) => deleteAll(store, target, checkpoint),
    look: (target) => look(store, target),
  };
}

/** Uploads first: one that is completed meanwhile is an object by the time the objects are listed. */
async function deleteAll(store: Store, target: StorageTarget, checkpoint: Checkpoint): Promise<Counts> {
  refuseUnsafe(target);
  const removal: EntryRemoval = { ...startRemoval(), refusedVersions: [] };
  for (const scope of scopesOf(target)) await abortUploads(store, scope, removal, checkpoint);
  await deleteEntries(store, entriesOf(store, target, removal), removal, checkpoint);
  if (removal.refusedVersions.length > 0) {
    if (removal.codes.size === 0) await throwIfLocked(store, removal.refusedVersions, removal);
    removal.codes.add('AccessDenied');
  }
  throwIfFailed(removal);
  return removal.removed;
}

async function look(store: Store, target: StorageTarget): Promise<Counts> {
  refuseUnsafe(target);
  const found = startRemoval();
  for (const scope of scopesOf(target)) {
    for await (const uploads of untilFailure(found, listUploads(store, scope))) {
      count(found.removed, 'uploads', uploads.length);
    }
  }
  for await (const page of entriesOf(store, target, found)) for (const entry of page) countEntry(found, entry);
  throwIfFailed({ ...found, removed: {} });
  return found.removed;
}

/** What the prefix and the stray keys hold. A listing that breaks is recorded, and the next one goes on. */
async function* entriesOf(store: Store, target: StorageTarget, removal: Removal): AsyncGenerator<Entry[]> {
  for (const scope of scopesOf(target)) {
    const pages = async function* () {
      yield* listEntries(store, scope, await store.isVersioned());
    };
    yield* untilFailure(removal, pages());
  }
}
