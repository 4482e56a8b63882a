import { setTimeout } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Counts } from '../../deletion/counts.ts';
import type { Checkpoint, StorageTarget, VideoObjects } from '../../deletion/ports.ts';
import { begun, count, type Removal, startRemoval, throwIfFailed, untilFailure } from '../removal.ts';
import { refuseUnsafe } from '../storage-target.ts';
import { abortUploads } from './abort-uploads.ts';
import { type RetriedBucket, rememberVersioning } from './bucket.ts';
import type { PacedBucket } from './delete-batch.ts';
import { countEntry, deleteEntries, type EntryRemoval } from './delete-entries.ts';
import { type Entry, listPage, type Query, type Scope, scopesOf } from './listing.ts';
import { throwIfLocked } from './object-lock.ts';
import { createPace, DEFAULT_KEYS_PER_SECOND } from './pace.ts';
import { listSpread } from './spread-listing.ts';
import { listUploads } from './upload-listing.ts';

export type S3ObjectsOptions = {
  bucket: string;
  /** Keys deleted a second, at most: by default what S3 takes; `Infinity` for a store without such a limit. */
  keysPerSecond?: number;
  /** Uniform in [0, 1); paces the retries. */
  random?: () => number;
  /** Milliseconds. */
  wait?: (milliseconds: number) => Promise<unknown>;
};

type Store = PacedBucket & { isVersioned: () => Promise<boolean> };

/**
 * A video's objects in S3, R2 or another store that speaks S3. Needs, on the bucket, GetBucketVersioning, ListBucket,
 * ListBucketVersions and ListBucketMultipartUploads; on the keys, DeleteObject, DeleteObjectVersion,
 * AbortMultipartUpload, GetObjectRetention and GetObjectLegalHold.
 */
export function createS3Objects(
  client: S3Client,
  { bucket: name, keysPerSecond = DEFAULT_KEYS_PER_SECOND, random = Math.random, wait = setTimeout }: S3ObjectsOptions,
): VideoObjects {
  const bucket: RetriedBucket = { client, name, random, wait };
  const pace = createPace({ keysPerSecond, wait });
  const store: Store = { ...bucket, pace, isVersioned: rememberVersioning(bucket) };
  return {
    deleteAll: (target, checkpoint) => deleteAll(store, target, checkpoint),
    look: (target) => look(store, target),
  };
}

/**
 * Uploads first, while the first objects are listed already. An upload that is completed meanwhile may be an object that this
 * list has missed; its key is looked at again.
 */
async function deleteAll(store: Store, target: StorageTarget, checkpoint: Checkpoint): Promise<Counts> {
  refuseUnsafe(target);
  const scopes = scopesOf(target);
  const removal: EntryRemoval = { ...startRemoval(), refusedVersions: [] };
  const entries = begun(entriesOf(store, scopes, removal));
  const ended = await abortUploads(store, scopes, removal, checkpoint);
  await deleteEntries(store, entries, removal, checkpoint);
  const again = ended.map((key): Scope => ({ key, exact: true }));
  await deleteEntries(store, entriesOf(store, again, removal), removal, checkpoint);
  await throwIfAnythingIsLeft(store, removal);
  return removal.removed;
}

async function throwIfAnythingIsLeft(store: Store, removal: EntryRemoval): Promise<void> {
  if (removal.refusedVersions.length > 0) {
    if (removal.codes.size === 0) await throwIfLocked(store, removal.refusedVersions, removal);
    removal.codes.add('AccessDenied');
  }
  throwIfFailed(removal);
}

/** Everything is asked for at once. */
async function look(store: Store, target: StorageTarget): Promise<Counts> {
  refuseUnsafe(target);
  const found = startRemoval();
  const scopes = scopesOf(target);
  await Promise.all([
    ...scopes.map(async (scope) => {
      for await (const page of entriesOf(store, [scope], found)) for (const entry of page) countEntry(found, entry);
    }),
    ...scopes.map(async (scope) => {
      for await (const page of untilFailure(found, listUploads(store, scope)))
        count(found.removed, 'uploads', page.length);
    }),
  ]);
  throwIfFailed({ ...found, removed: {} });
  return found.removed;
}

/** What the scopes hold. A listing that breaks is recorded, and the others go on. */
async function* entriesOf(store: Store, scopes: readonly Scope[], removal: Removal): AsyncGenerator<Entry[]> {
  if (scopes.length === 0) return;
  const pages = async function* () {
    const isVersioned = await store.isVersioned();
    const listing = {
      list: (query: Query) => listPage(store, query, isVersioned),
      behind: (key: string) => (isVersioned ? { KeyMarker: key } : { StartAfter: key }),
      width: store.pace.listings,
    };
    yield* listSpread(removal, listing, scopes);
  };
  yield* untilFailure(removal, pages());
}
