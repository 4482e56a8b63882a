import type { S3Client } from '@aws-sdk/client-s3';
import { GetBucketVersioningCommand, ListObjectVersionsCommand, S3ServiceException } from '@aws-sdk/client-s3';

/**
 * How a store lists unfinished uploads: by any prefix, as S3 does, or only those of the whole bucket. `none`: not at
 * all. `unchecked`: nobody knows yet, so what it lists by a prefix is no evidence.
 */
export type UploadListing = 'prefix' | 'bucket' | 'none' | 'unchecked';

/** A bucket, and the client that reaches it. */
export type Bucket = {
  client: S3Client;
  name: string;
  /** Absent: `prefix`. */
  uploads?: UploadListing | undefined;
  /** Gets the kinds that the store has not listed, or whose listing is no evidence, in one call of a port. */
  notListed?: Set<string> | undefined;
};

/** A bucket, and what it takes to pause before a refused request is sent again. */
export type RetriedBucket = Bucket & {
  /** Uniform in [0, 1). */
  random: () => number;
  wait: (milliseconds: number) => Promise<unknown>;
};

/** Shorter than the settle delay: if versioning is switched on during a deletion, the last verification sees it. */
const REMEMBERED_MILLISECONDS = 5 * 60_000;
/** Nothing of a video is stored under it: it is asked for to see whether the store lists versions. */
const NO_KEY = 'videos//';

/** With these, a store says that it does not have an operation at all. */
const NOT_THERE = new Set(['NotImplemented', 'MethodNotAllowed', 'NotSupported', 'UnsupportedOperation']);

/** True when a store has refused an operation because it does not have it. */
export function isNotThere(error: unknown): boolean {
  return error instanceof Error && NOT_THERE.has(error.name);
}

/** `isVersioned`: versions are listed and deleted. `isUnsaid`: the store may have some that it does not list. */
export type Versioning = { isVersioned: boolean; isUnsaid?: boolean };

/**
 * Returns a function that says whether the bucket has, or ever had, versions. Suspended versioning counts, because the
 * old versions stay. The answer is cached for five minutes; errors are not.
 */
export function rememberVersioning(bucket: Bucket): () => Promise<Versioning> {
  let known: { versioning: Promise<Versioning>; until: number } | undefined;
  return async () => {
    if (known && Date.now() < known.until) return await known.versioning;
    const asked = { versioning: versioningOf(bucket), until: Date.now() + REMEMBERED_MILLISECONDS };
    known = asked;
    asked.versioning.catch(() => {
      if (known === asked) known = undefined;
    });
    return await asked.versioning;
  };
}

async function versioningOf(bucket: Bucket): Promise<Versioning> {
  try {
    const { Status } = await bucket.client.send(new GetBucketVersioningCommand({ Bucket: bucket.name }));
    return { isVersioned: Status !== undefined };
  } catch (error) {
    if (!refusesRequest(error)) throw error;
    const isVersioned = await listsVersions(bucket);
    // A store that has neither operation has no versions. One that only refuses to say may have some.
    return { isVersioned, isUnsaid: !isVersioned && !isNotThere(error) };
  }
}

/** The bucket was refused in the store's own words. What decides is whether it lists versions. */
async function listsVersions({ client, name }: Bucket): Promise<boolean> {
  try {
    await client.send(new ListObjectVersionsCommand({ Bucket: name, MaxKeys: 1, Prefix: NO_KEY }));
    return true;
  } catch (error) {
    if (refusesRequest(error)) return false;
    throw error;
  }
}

/** What may pass, or is repaired by a person: no word about what the store can do. */
const NO_ANSWER = /AccessDenied|NoSuchBucket|Throttl|SlowDown|TooManyRequests|Timeout|Token|Credential|Signature/;

/** True when the store has understood a request, and does not do it, in whatever words. */
export function refusesRequest(error: unknown): boolean {
  if (isNotThere(error)) return true;
  if (!(error instanceof S3ServiceException) || NO_ANSWER.test(error.name)) return false;
  const { httpStatusCode: status = 500 } = error.$metadata;
  return status >= 400 && status < 500 && status !== 401 && status !== 403 && status !== 429;
}

/**
 * Waits before the n-th retry: a random time of at most 100 ms. The limit doubles with each retry, up to 2 s. Full
 * jitter spreads the retries of workers that were slowed down at the same moment.
 */
export async function backOff({ random, wait }: RetriedBucket, retry: number): Promise<void> {
  await wait(random() * Math.min(2000, 100 * 2 ** (retry - 1)));
}
