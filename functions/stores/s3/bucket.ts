import type { S3Client } from '@aws-sdk/client-s3';
import { GetBucketVersioningCommand } from '@aws-sdk/client-s3';

/** A bucket, and the client that reaches it. */
export type Bucket = { client: S3Client; name: string };

/** A bucket that refused requests are sent to again, after a pause. */
export type RetriedBucket = Bucket & {
  /** Uniform in [0, 1). */
  random: () => number;
  wait: (milliseconds: number) => Promise<unknown>;
};

/** Shorter than the settle delay, so that whoever switches versioning on under a deletion is noticed by its second look. */
const REMEMBERED_MILLISECONDS = 5 * 60_000;

/**
 * Asks whether the bucket has, or ever had, versions: on and suspended alike, since suspending keeps the old ones.
 * R2 has no versions and answers NotImplemented. The answer is remembered for five minutes; an error is not.
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
 * Waits before the n-th retry: a random time up to 100 ms, doubled each time, at most 2 s. Full jitter, so that workers
 * slowed down together do not come back together.
 */
export async function backOff({ random, wait }: RetriedBucket, retry: number): Promise<void> {
  await wait(random() * Math.min(2000, 100 * 2 ** (retry - 1)));
}
