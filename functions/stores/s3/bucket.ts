import type { S3Client } from '@aws-sdk/client-s3';
import { GetBucketVersioningCommand } from '@aws-sdk/client-s3';

/** A bucket, and the client that reaches it. */
export type Bucket = { client: S3Client; name: string };

/** A bucket, and what it takes to pause before a refused request is sent again. */
export type RetriedBucket = Bucket & {
  /** Uniform in [0, 1). */
  random: () => number;
  wait: (milliseconds: number) => Promise<unknown>;
};

/** Shorter than the settle delay: if versioning is switched on during a deletion, the last verification sees it. */
const REMEMBERED_MILLISECONDS = 5 * 60_000;

/**
 * Returns a function that says whether the bucket has, or ever had, versions. Suspended versioning counts, because the
 * old versions stay. R2 has no versions and answers NotImplemented. The answer is cached for five minutes; errors are
 * not.
 */
export function rememberVersioning({ client, name }: Bucket): () => Promise<boolean> {
  let known: { isVersioned: Promise<boolean>; until: number } | undefined;
  return async () => {
    if (known && Date.now() < known.until) return await known.isVersioned;
    const asked = { isVersioned: hasVersions(client, name), until: Date.now() + REMEMBERED_MILLISECONDS };
    known = asked;
    asked.isVersioned.catch(() => {
      if (known === asked) known = undefined;
    });
    return await asked.isVersioned;
  };
}

async function hasVersions(client: S3Client, bucket: string): Promise<boolean> {
  try {
    const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }));
    return Status !== undefined;
  } catch (error) {
    if (error instanceof Error && error.name === 'NotImplemented') return false;
    throw error;
  }
}

/**
 * Waits before the n-th retry: a random time of at most 100 ms. The limit doubles with each retry, up to 2 s. Full
 * jitter spreads the retries of workers that were slowed down at the same moment.
 */
export async function backOff({ random, wait }: RetriedBucket, retry: number): Promise<void> {
  await wait(random() * Math.min(2000, 100 * 2 ** (retry - 1)));
}
