import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import type { StorageTarget } from '../../functions/deletion/ports.ts';
import { connectBucket } from '../../functions/stores/s3/client/connect-bucket.ts';
import { createS3Objects } from '../../functions/stores/s3/objects.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { BUCKET } from './video.ts';

/** A way to delete everything below a prefix. */
export type Way = (target: StorageTarget) => Promise<unknown>;

export const WAYS = {
  ours: { name: 'this service', start: startOurs },
  s5cmd: { name: "s5cmd's way, as a loop", start: startS5cmdsWay },
  sequential: { name: 'list, delete, list, delete …', start: startSequential },
  listFirst: { name: 'list all, then delete', start: startListFirst },
} satisfies Record<string, { name: string; start: (endpoint: string, keysPerSecond?: number) => Way }>;
export type WayName = keyof typeof WAYS;

/** As in s5cmd: 256 workers, and 10 retries (https://github.com/peak/s5cmd#configuring-concurrency). */
const S5CMD_WORKERS = 256;
const S5CMD_ATTEMPTS = 11;
/**
 * The pause of s5cmd's SDK before the first retry, after a throttled or another failed request. It is a random time up
 * to twice as long, and doubles with each retry.
 */
const THROTTLE_MILLISECONDS = 500;
const FAULT_MILLISECONDS = 30;

/** @param keysPerSecond the rate that the store accepts. Infinity: the way is told that there is no limit */
function startOurs(endpoint: string, keysPerSecond?: number): Way {
  const { accessKeyId, secretAccessKey } = clientSettings(endpoint).credentials;
  Object.assign(process.env, {
    AWS_REGION: clientSettings(endpoint).region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
  const options = keysPerSecond === undefined ? {} : { keysPerSecond };
  const objects = createS3Objects(connectBucket({ endpoint }), { bucket: BUCKET, ...options });
  return (target) => objects.deleteAll(target, async () => {});
}

/** Deletes each page while the next ones are listed. Pages are listed one after another. */
function startS5cmdsWay(endpoint: string): Way {
  const client = clientOf(endpoint);
  return async ({ prefix }) => {
    const underWay = new Set<Promise<unknown>>();
    let failure: unknown;
    for await (const keys of pagesOf(client, prefix)) {
      while (underWay.size >= S5CMD_WORKERS) await Promise.race(underWay);
      const deletion: Promise<unknown> = deleteKeys(client, keys)
        .catch((error: unknown) => {
          failure ??= error;
        })
        .finally(() => underWay.delete(deletion));
      underWay.add(deletion);
    }
    await Promise.all(underWay);
    if (failure) throw failure;
  };
}

function startSequential(endpoint: string): Way {
  const client = clientOf(endpoint);
  return async ({ prefix }) => {
    for await (const keys of pagesOf(client, prefix)) await deleteKeys(client, keys);
  };
}

function startListFirst(endpoint: string): Way {
  const client = clientOf(endpoint);
  return async ({ prefix }) => {
    const pages: string[][] = [];
    for await (const keys of pagesOf(client, prefix)) pages.push(keys);
    for (const keys of pages) await deleteKeys(client, keys);
  };
}

const clientOf = (endpoint: string) =>
  new S3Client({
    ...clientSettings(endpoint),
    forcePathStyle: true,
    retryStrategy,
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: S5CMD_WORKERS } },
  });

async function* pagesOf(client: S3Client, Prefix: string): AsyncGenerator<string[]> {
  let page: ListObjectsV2CommandOutput | undefined;
  do {
    const from = page?.NextContinuationToken && { ContinuationToken: page.NextContinuationToken };
    page = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix, ...from }));
    const keys = (page.Contents ?? []).map(({ Key = '' }) => Key);
    if (keys.length > 0) yield keys;
  } while (page.IsTruncated);
}

/** Like most loops, these check only the status, and ignore the errors of single keys. */
async function deleteKeys(client: S3Client, keys: readonly string[]): Promise<void> {
  const Objects = keys.map((Key) => ({ Key }));
  await client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects, Quiet: true } }));
}

/**
 * Retries as s5cmd's SDK does. The JavaScript SDK has one retry quota for all requests of a client, which a store that
 * throttles uses up at once.
 */
const retryStrategy = {
  acquireInitialRetryToken: async () => tokenAfter(0, 0),
  refreshRetryTokenForRetry: async (token, { errorType, error }) => {
    const retries = token.getRetryCount() + 1;
    if (retries === S5CMD_ATTEMPTS || errorType === 'CLIENT_ERROR') throw error;
    const first = errorType === 'THROTTLING' ? THROTTLE_MILLISECONDS : FAULT_MILLISECONDS;
    return tokenAfter(retries, first * (1 + Math.random()) * 2 ** (retries - 1));
  },
  recordSuccess: () => {},
} satisfies S3ClientConfig['retryStrategy'];

const tokenAfter = (retries: number, delay: number) => ({
  getRetryCount: () => retries,
  getRetryDelay: () => delay,
  getRetryCost: () => undefined,
});
