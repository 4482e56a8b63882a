import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { createClient, type RedisClientType } from '@redis/client';
import type { Kysely } from 'kysely';
import type { Settings } from '../../functions/settings/settings.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';
import type { LocalEdge } from '../edge/edge.ts';
import type { System } from '../system.ts';

export type BucketStorage = {
  kind: 's3';
  client: S3Client;
  bucket: string;
  /** Writes the same body under each key. For the simulator's bucket it does so without HTTP. */
  fill?(keys: Iterable<string>, body: string): void;
};
export type FileStorage = {
  kind: 'local';
  uploads: string;
  processing: string;
  /** A folder outside of the platform's storage. Links lead into it, and a deletion must not follow them. */
  outside: string;
};
export type VideoStorage = BucketStorage | FileStorage;

/** Every store, each with its own client: what the demo sees must not come through the code that it checks. */
export type DemoStores = {
  db: Kysely<Database>;
  storage: VideoStorage;
  redis: RedisClientType;
  runs: SFNClient;
  /** Absent when the edge is real CloudFront. */
  edge?: Pick<LocalEdge, 'url' | 'cached'>;
  close(): void;
};

/** Connects to the stores of a running system. */
export async function openStores({ settings, db, parts }: System, folder: string): Promise<DemoStores> {
  const redis: RedisClientType = createClient({ url: settings.CACHE_URL });
  await redis.connect();
  const runs = new SFNClient({ disableHostPrefix: true });
  return {
    db,
    storage: storageOf(settings, folder, parts),
    redis,
    runs,
    ...(parts.edge && { edge: parts.edge }),
    close() {
      redis.destroy();
      runs.destroy();
    },
  };
}

function storageOf(settings: Settings, folder: string, { s3 }: System['parts']): VideoStorage {
  if (settings.VIDEO_STORAGE === 'local') {
    const { UPLOADS_DIR: uploads, PROCESSING_DIR: processing } = settings;
    return { kind: 'local', uploads, processing, outside: join(folder, 'outside') };
  }
  const { VIDEO_BUCKET: bucket = '', STORAGE_ENDPOINT: endpoint } = settings;
  const client = new S3Client(endpoint ? { endpoint, forcePathStyle: true } : {});
  return { kind: 's3', client, bucket, ...(s3 && { fill: (keys, body) => s3.fill(bucket, keys, body) }) };
}
