import {
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { ListPorts, Ports } from '../../functions/deletion/ports.ts';
import { createPostgresRows } from '../../functions/stores/postgres/postgres-rows.ts';
import { refreshVideoStatsIfStale } from '../../functions/stores/postgres/queries/refresh-video-stats.ts';
import { connectRedis } from '../../functions/stores/redis/connect-redis.ts';
import { createRedisCache } from '../../functions/stores/redis/redis-cache.ts';
import type { UploadListing } from '../../functions/stores/s3/bucket.ts';
import { prepared } from '../../functions/stores/s3/client/connect-bucket.ts';
import { createS3Objects } from '../../functions/stores/s3/objects.ts';
import { createStepFunctionsRuns } from '../../functions/stores/step-functions/step-functions-runs.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { startRedisStandIn } from '../../local/redis/redis-stand-in.ts';
import { startS3 } from '../../local/s3/start.ts';
import { startStepFunctions } from '../../local/step-functions/step-functions.ts';
import { openEdge } from './local-edge.ts';
import { createMemoryQueue } from './memory-queue.ts';
import { createMemoryTombstones } from './memory-tombstones.ts';
import { freshDatabase } from './postgres.ts';
import { ISSUER, RULES } from './rules.ts';

export type Stores = Awaited<ReturnType<typeof openStores>>;

export const BUCKET = 'videos';
/**
 * The domain with real stores (PostgreSQL, the S3 simulator, a cache over TCP, Step Functions, a caching edge), and
 * with a table and queues in memory whose time the test moves.
 */
export async function openStores() {
  const { db, drop } = await freshDatabase();
  const s3 = await startS3({ buckets: [{ name: BUCKET, versioning: 'Enabled', objectLock: true }] });
  const redisServer = await startRedisStandIn({});
  const wait = { Type: 'Wait', Seconds: 600, End: true };
  const machine = {
    definition: { StartAt: 'Wait', States: { Wait: wait } },
    stateMachineName: 'processing',
    tasks: {},
  };
  const stepFunctions = await startStepFunctions(machine);
  const viewers = await openEdge({ origin: `${s3.endpoint}/${BUCKET}` });
  const inOneAttempt = { ...clientSettings(s3.endpoint), forcePathStyle: true, maxAttempts: 1 };
  const objects = new S3Client(inOneAttempt);
  const forObjects = new S3Client(inOneAttempt);
  const sfn = new SFNClient({ ...clientSettings(stepFunctions.endpoint), disableHostPrefix: true });
  const redis = connectRedis({ url: redisServer.url });

  let now = Date.parse('2026-11-22T10:00:00.000Z');
  const clock = () => new Date(now);
  const queues = {
    cleanup: createMemoryQueue({ clock }),
    edge: createMemoryQueue({ clock }),
    dead: createMemoryQueue({ clock }),
  };
  const published: unknown[] = [];
  const logged: { message: string; fields: Record<string, unknown> }[] = [];
  const log = (message: string, fields: Record<string, unknown> = {}) => void logged.push({ message, fields });

  const recorded: Parameters<Ports['metrics']['record']>[] = [];

  const tombstones = createMemoryTombstones();
  const ports = {
    tombstones,
    lists: tombstones,
    rows: createPostgresRows(db),
    stats: { refreshIfStale: () => refreshVideoStatsIfStale(db) },
    objects: createS3Objects(prepared(forObjects), { bucket: BUCKET, wait: async () => {} }),
    cache: createRedisCache(redis),
    runs: createStepFunctionsRuns(sfn, { stateMachineArn: stepFunctions.stateMachineArn }),
    edge: viewers.edge,
    events: { publish: async (events: readonly unknown[]) => void published.push(...events) },
    signer: { sign: async (payload: object) => JSON.stringify(payload), publicKeys: async () => ({ keys: [] }) },
    cleanupQueue: queues.cleanup,
    deadLetters: queues.dead,
    edgeQueue: queues.edge,
    log: { info: log, warn: log, error: log },
    metrics: { record: (...figure) => void recorded.push(figure) },
    clock,
    random: () => 0.5,
    newId: () => uuidv7(),
    receiptIssuer: ISSUER,
    isStrict: true,
    rules: {
      ...RULES,
      bucket: { bucket: BUCKET, originalsPrefixes: ['uploads/', 'originals/'] },
    },
  } satisfies Ports & ListPorts;

  return {
    ports: ports as Ports & ListPorts & { edge: NonNullable<Ports['edge']> },
    db,
    s3,
    viewers,
    queues,
    published,
    logged,
    /** Storage as a worker with other settings sees it. */
    objectsThat: ({ answersAs, uploads }: { answersAs?: string; uploads?: UploadListing }) =>
      createS3Objects(prepared(new S3Client(inOneAttempt), { answersAs }), {
        bucket: BUCKET,
        wait: async () => {},
        ...(uploads && { uploads }),
      }),
    /** Every figure so far, in order: name, value and, where it has one, step. */
    recorded,
    advance: (seconds: number) => {
      now += seconds * 1000;
    },
    put: (Key: string, Body = Key) => objects.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body })),
    inRedis: redis,
    objects,
    bucket: BUCKET,
    /** The bytes of whatever the bucket holds under a prefix: versions, markers and uploads. */
    async inBucket(prefix: string): Promise<string[]> {
      const asked = { Bucket: BUCKET, Prefix: prefix };
      const found: { Key?: string }[] = [];
      for (let from: object | undefined = {}; from; ) {
        const page: ListObjectVersionsCommandOutput = await objects.send(
          new ListObjectVersionsCommand({ ...asked, ...from }),
        );
        found.push(...(page.Versions ?? []), ...(page.DeleteMarkers ?? []));
        from = page.IsTruncated
          ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
          : undefined;
      }
      const { Uploads = [], IsTruncated } = await objects.send(new ListMultipartUploadsCommand(asked));
      if (IsTruncated) throw new Error('This look does not page through uploads');
      return [...found, ...Uploads].map(({ Key }) => Key ?? '');
    },
    startRun: async (name: string) => {
      const { executionArn = '' } = await sfn.send(
        new StartExecutionCommand({ stateMachineArn: stepFunctions.stateMachineArn, name }),
      );
      return executionArn;
    },
    isRunning: (arn: string) => stepFunctions.startedRuns().some((run) => run.arn === arn && run.status === 'RUNNING'),
    refreshStats: () => sql`refresh materialized view video_stats`.execute(db),
    /** Protects the current version of a key until a time that nobody can bring forward. */
    async lock(Key: string, until: Date): Promise<void> {
      const Retention = { Mode: 'COMPLIANCE', RetainUntilDate: until } as const;
      await objects.send(new PutObjectRetentionCommand({ Bucket: BUCKET, Key, Retention }));
    },
    async stop() {
      redis.close();
      await Promise.all([s3.stop(), redisServer.stop(), stepFunctions.stop(), viewers.close(), drop()]);
    },
  };
}
