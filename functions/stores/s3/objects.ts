import { setTimeout } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Counts } from '../../deletion/counts.ts';
import { LeaseLost, OutOfTime } from '../../deletion/errors.ts';
import type { Checkpoint, FoundKey, StorageTarget, VideoObjects } from '../../deletion/ports.ts';
import { refuseUnsafe } from '../storage-target.ts';
import { count, prefetched, startTally, type Tally, throwIfFailed, untilFailure } from '../tally.ts';
import { abortUploads } from './abort-uploads.ts';
import {
  type RetriedBucket,
  refusesRequest,
  rememberVersioning,
  type UploadListing,
  type Versioning,
} from './bucket.ts';
import { BATCH_KEYS, type PacedBucket } from './delete-batch.ts';
import { countEntry, deleteEntries, type EntryTally } from './delete-entries.ts';
import { type Entry, listPage, type Query, type Scope, scopesOf } from './listing.ts';
import { throwIfLocked } from './object-lock.ts';
import { createPace, DEFAULT_KEYS_PER_SECOND } from './pace.ts';
import { listSpread } from './spread-listing.ts';
import { listUploads } from './upload-listing.ts';

export type S3ObjectsOptions = {
  bucket: string;
  /** The most keys deleted per second: by default what S3 takes; `Infinity` for a store without such a limit. */
  keysPerSecond?: number;
  /** How the store lists uploads. Absent: as S3 does. */
  uploads?: UploadListing;
  /** Uniform in [0, 1). Spreads the retries. */
  random?: () => number;
  /** Milliseconds. */
  wait?: (milliseconds: number) => Promise<unknown>;
};

type Store = PacedBucket & { versioning: () => Promise<Versioning> };

/**
 * A video's objects in S3, R2 or another store that speaks S3. Needs these rights: on the bucket, GetBucketVersioning,
 * ListBucket, ListBucketVersions and ListBucketMultipartUploads; on the keys, DeleteObject, DeleteObjectVersion,
 * AbortMultipartUpload, GetObjectRetention and GetObjectLegalHold.
 */
export function createS3Objects(client: S3Client, options: S3ObjectsOptions): VideoObjects {
  const { bucket: name, keysPerSecond = DEFAULT_KEYS_PER_SECOND, uploads } = options;
  const { random = Math.random, wait = setTimeout } = options;
  const bucket: RetriedBucket = { client, name, random, wait, uploads };
  const pace = createPace({ keysPerSecond, wait });
  const batches = { most: BATCH_KEYS };
  const store: Store = { ...bucket, pace, batches, versioning: rememberVersioning(bucket) };
  return {
    deleteAll: (target, checkpoint, found, notListed) => deleteAll({ ...store, notListed }, target, checkpoint, found),
    look: (target, notListed) => look({ ...store, notListed }, target),
  };
}

/**
 * Aborts uploads first, while the first page of objects is already requested. An upload that was completed meanwhile
 * may be an object that the listing has missed, so its key is listed again.
 */
async function deleteAll(
  store: Store,
  target: StorageTarget,
  checkpoint: Checkpoint,
  found: FoundKey = () => {},
): Promise<Counts> {
  refuseUnsafe(target);
  const scopes = scopesOf(target, found);
  const tally: EntryTally = { ...startTally(), refusedVersions: [] };
  const strayKeys = new Set(target.strayKeys);
  const seen = (key: string) => void (strayKeys.has(key) && found(key));
  const entries = prefetched(noted(entriesOf(store, scopes, tally), seen));
  try {
    const ended = await abortUploads(store, scopes, tally, checkpoint);
    await deleteEntries(store, entries, tally, checkpoint);
    const again = ended.map((key): Scope => ({ key, exact: true }));
    await deleteEntries(store, entriesOf(store, again, tally), tally, checkpoint);
  } catch (error) {
    // Batches that were under way when this worker was stopped have ended since, one perhaps without an answer.
    if (error instanceof LeaseLost || error instanceof OutOfTime) error.atLeast = tally.atLeast ?? false;
    throw error;
  }
  await throwIfAnythingIsLeft(store, tally);
  return tally.counts;
}

/** The pages as they are, with each key reported before anybody deletes it. */
async function* noted(pages: AsyncIterable<Entry[]>, found: FoundKey): AsyncGenerator<Entry[]> {
  for await (const page of pages) {
    for (const { key } of page) found(key);
    yield page;
  }
}

async function throwIfAnythingIsLeft(store: Store, tally: EntryTally): Promise<void> {
  if (tally.refusedVersions.length > 0) {
    if (tally.codes.size === 0) await throwIfLocked(store, tally.refusedVersions, tally);
    tally.codes.add('AccessDenied');
  }
  throwIfFailed(tally);
}

/** Requests everything at the same time. */
async function look(store: Store, target: StorageTarget): Promise<Counts> {
  refuseUnsafe(target);
  const found = startTally();
  const scopes = scopesOf(target);
  await Promise.all([
    ...scopes.map(async (scope) => {
      for await (const page of entriesOf(store, [scope], found)) for (const entry of page) countEntry(found, entry);
    }),
    ...scopes.map(async (scope) => {
      for await (const page of untilFailure(found, listUploads(store, scope)))
        count(found.counts, 'uploads', page.length);
    }),
  ]);
  throwIfFailed({ ...found, counts: {} });
  return found.counts;
}

/** Everything that the scopes contain. A listing that breaks is recorded, and the others continue. */
async function* entriesOf(store: Store, scopes: readonly Scope[], tally: Tally): AsyncGenerator<Entry[]> {
  if (scopes.length === 0) return;
  const pages = async function* () {
    const listing = await listingOf(store);
    yield* listSpread(tally, { ...listing, width: store.pace.listings }, scopes);
  };
  yield* untilFailure(tally, pages());
}

/**
 * Lists versions where the bucket has any. `notListed` gets them where the store does not say whether it has any, and
 * where it has them and refuses the list.
 */
async function listingOf(store: Store) {
  const { isVersioned, isUnsaid } = await store.versioning();
  if (isUnsaid) store.notListed?.add('versions');
  let listsVersions = isVersioned;
  return {
    async list(query: Query) {
      try {
        if (listsVersions) return await listPage(store, query, true);
      } catch (error) {
        const isFirst = Object.keys(query.from ?? {}).length === 0;
        if (!isFirst || !refusesRequest(error)) throw error;
        store.notListed?.add('versions');
        listsVersions = false;
      }
      return await listPage(store, query, false);
    },
    behind: (key: string) => (listsVersions ? { KeyMarker: key } : { StartAfter: key }),
  };
}
