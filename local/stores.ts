import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { readOrCreateSecret } from '../functions/stores/signing/secret-file.ts';
import { bucketOutput, fileOutput } from '../platform/processing/outputs.ts';
import { clientSettings } from './aws/client-settings.ts';
import { startDynamoDb } from './dynamodb/dynamodb.ts';
import type { Origin } from './edge/edge-cache.ts';
import { fileOrigin } from './edge/file-origin.ts';
import { type Part, type PartsOptions, realPart } from './part.ts';
import { startPostgres } from './postgres/postgres.ts';
import type { RedisStandIn } from './redis/redis-stand-in.ts';
import { startCache } from './redis/start-cache.ts';
import { bucketOrigin } from './s3/bucket-origin.ts';
import { type S3Simulator, startS3 } from './s3/start.ts';

export const BUCKET = 'videos';

/** Stores a file of the platform under its key in the bucket layout. */
export type PutFile = (key: string, body: string | Uint8Array) => Promise<void>;
export type StoragePart = Part & { putFile: PutFile; origin: string | Origin; s3?: S3Simulator };

export async function databasePart({ environment, folder }: PartsOptions): Promise<Part> {
  const real = realPart(environment, ['DATABASE_URL']);
  if (real) return real;
  const password = await readOrCreateSecret(join(folder, 'postgres.password'), async () => randomUUID());
  const { url, stop } = await startPostgres({ folder: join(folder, 'postgres'), password });
  return { settings: { DATABASE_URL: url }, name: 'PostgreSQL', stop };
}

export async function tombstonesPart({ environment, folder }: PartsOptions): Promise<Part> {
  const real = realPart(environment, ['DELETIONS_TABLE']);
  if (real) return real;
  const { endpoint, table, stop } = await startDynamoDb({ folder: join(folder, 'dynamodb') });
  const settings = { DELETIONS_TABLE: table, AWS_ENDPOINT_URL_DYNAMODB: endpoint };
  return { settings, name: 'DynamoDB (dynalite)', stop };
}

export async function cachePart({
  environment,
  folder,
  usesStandIns = false,
}: PartsOptions): Promise<Part & { redis?: RedisStandIn }> {
  const real = realPart(environment, ['CACHE_URL']);
  if (real) return real;
  const cache = await startCache({ folder: join(folder, 'cache'), preferReal: !usesStandIns });
  const settings = { CACHE_URL: cache.url, CACHE_MODE: 'server' };
  if (cache.kind === 'redis-server') return { settings, name: 'Redis (redis-server)', stop: cache.stop };
  return { settings, name: 'Redis (stand-in)', stop: cache.stop, redis: cache.redis };
}

/**
 * Storage: a bucket with versioning, in the simulator or in the service that the settings name, or the local file
 * layout.
 */
export async function storagePart(options: PartsOptions): Promise<StoragePart> {
  if (options.storage === 'local') return await filesPart(options);
  const real = realPart(options.environment, ['VIDEO_BUCKET', 'STORAGE_ENDPOINT']);
  if (real) return { ...real, ...realBucket(real.settings), settings: { ...real.settings, VIDEO_STORAGE: 's3' } };
  const s3 = await startS3({
    folder: join(options.folder, 's3'),
    buckets: [{ name: BUCKET, versioning: 'Enabled' }],
  });
  const settings = {
    VIDEO_STORAGE: 's3',
    VIDEO_BUCKET: BUCKET,
    STORAGE_ENDPOINT: s3.endpoint,
    STORAGE_UPLOADS: options.environment.STORAGE_UPLOADS ?? 'prefix',
  };
  const client = new S3Client({ ...clientSettings(s3.endpoint), forcePathStyle: true });
  const origin = `${s3.endpoint}/${BUCKET}`;
  return {
    settings,
    name: 'S3 (simulator, versions on)',
    stop: s3.stop,
    s3,
    putFile: bucketOutput(client, BUCKET),
    origin,
  };
}

/** A bucket of one's own, with the caller's own credentials. */
function realBucket({ VIDEO_BUCKET: bucket = '', STORAGE_ENDPOINT: endpoint }: Part['settings']) {
  const client = new S3Client(
    endpoint ? { endpoint, region: process.env.AWS_REGION ?? 'us-east-1', forcePathStyle: true } : {},
  );
  return { putFile: bucketOutput(client, bucket), origin: bucketOrigin(client, bucket) };
}

async function filesPart({ environment, folder }: PartsOptions): Promise<StoragePart> {
  const uploads = environment.UPLOADS_DIR ?? join(folder, 'uploads');
  const processing = environment.PROCESSING_DIR ?? join(folder, 'processing');
  await Promise.all([uploads, processing].map((root) => mkdir(root, { recursive: true })));
  return {
    settings: { VIDEO_STORAGE: 'local', UPLOADS_DIR: uploads, PROCESSING_DIR: processing },
    name: `files below ${uploads}`,
    putFile: fileOutput(uploads),
    origin: fileOrigin(uploads),
    async stop() {},
  };
}
