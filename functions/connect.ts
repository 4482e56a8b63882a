import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { v7 as uuidv7 } from 'uuid';
import { createCloudFrontEdge } from './adapters/cloudfront-edge.ts';
import { connectRedis } from './adapters/connect-redis.ts';
import { createDynamoDbTombstones, documentClient } from './adapters/dynamodb-tombstones.ts';
import { createEventBridgeEvents } from './adapters/eventbridge-events.ts';
import { createReceiptSigner } from './adapters/jose-receipt-signer.ts';
import { createLocalFiles } from './adapters/local-files.ts';
import { createPostgresRows } from './adapters/postgres-rows.ts';
import { createPowertoolsLog } from './adapters/powertools-log.ts';
import { createRedisCache } from './adapters/redis-cache.ts';
import { createS3Objects } from './adapters/s3-objects.ts';
import { createSqsQueue } from './adapters/sqs-queue.ts';
import { createStepFunctionsRuns } from './adapters/step-functions-runs.ts';
import { connectDatabase } from './db/connect-database.ts';
import { refreshVideoStatsIfStale } from './db/refresh-video-stats.ts';
import type { Edge, Log, Ports, ReceiptSigner, VideoObjects } from './deletion/ports.ts';
import type { Rules } from './deletion/rules.ts';
import { readSettings, type Settings, WrongSettings } from './settings.ts';

/**
 * The composition root: every port with the adapter that the settings ask for. Each function connects the slices it uses;
 * clients connect when they are first called. `AWS_ENDPOINT_URL*` point the SDK's clients elsewhere.
 */

/** A call that hangs must not eat the worker's time. In milliseconds. */
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 15_000 };
/** A function serves one event at a time, and hides a video while it reads; the proxy shares out what there is. */
const MAX_CONNECTIONS = 2;

/** What every function has. */
export function connectState(settings: Settings, log: Log = createPowertoolsLog(settings.LOG_LEVEL)) {
  const sqs = new SQSClient({ requestHandler });
  const edgeQueue = settings.EDGE_QUEUE_URL;
  return {
    tombstones: createDynamoDbTombstones(documentClient(new DynamoDBClient({ requestHandler })), {
      table: settings.DELETIONS_TABLE,
    }),
    cleanupQueue: createSqsQueue(sqs, { url: settings.CLEANUP_QUEUE_URL }),
    deadLetters: createSqsQueue(sqs, { url: settings.CLEANUP_DLQ_URL }),
    ...(settings.DISTRIBUTION_ID && edgeQueue && { edgeQueue: createSqsQueue(sqs, { url: edgeQueue }) }),
    log,
    clock: () => new Date(),
    random: Math.random,
    newId: () => uuidv7(),
    rules: rulesOf(settings),
  } satisfies Partial<Ports>;
}

/** The platform's database and cache. */
export function connectPlatform(
  settings: Settings,
  { log, maxConnections = MAX_CONNECTIONS }: { log: Log; maxConnections?: number },
) {
  const database = connectDatabase(
    { url: settings.DATABASE_URL },
    { maxConnections, onLostConnection: () => log.warn('database connection lost') },
  );
  const redis = settings.CACHE_URL ? connectRedis({ url: settings.CACHE_URL }) : undefined;
  return {
    rows: createPostgresRows(database),
    stats: { refreshIfStale: () => refreshVideoStatsIfStale(database) },
    ...(redis && { cache: createRedisCache(redis) }),
    /** Closes the connections; nothing can be called afterwards. */
    async close(): Promise<void> {
      redis?.close();
      await database.destroy();
    },
  };
}

/** Where the videos' bytes are, and what writes them. */
export function connectStorage(settings: Settings) {
  const stateMachineArn = settings.STATE_MACHINE_ARN;
  // Locally there is no host to prefix; on AWS the calls made here have no prefix either.
  const stepFunctions = () => new SFNClient({ requestHandler, disableHostPrefix: true });
  return {
    objects: objectsOf(settings),
    ...(stateMachineArn && { runs: createStepFunctionsRuns(stepFunctions(), { stateMachineArn }) }),
  };
}

function objectsOf(settings: Settings): VideoObjects {
  if (settings.VIDEO_STORAGE === 'local') {
    return createLocalFiles({ uploads: settings.UPLOADS_DIR, processing: settings.PROCESSING_DIR });
  }
  const endpoint = settings.STORAGE_ENDPOINT;
  // Endpoints other than S3's own seldom have a host name for each bucket.
  const isOther = endpoint ?? process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  const client = new S3Client({
    requestHandler,
    ...(endpoint && { endpoint }),
    ...(isOther && { forcePathStyle: true }),
  });
  return createS3Objects(client, { bucket: settings.VIDEO_BUCKET ?? '' });
}

/** The edge, for the one function that speaks to it. */
export function connectEdge({ DISTRIBUTION_ID: distributionId }: Settings): { edge?: Edge } {
  return distributionId
    ? { edge: createCloudFrontEdge(new CloudFrontClient({ requestHandler }), { distributionId }) }
    : {};
}

/** Who is told of a deletion that is done. */
export function connectEvents({ EVENT_BUS_NAME: busName }: Settings) {
  return busName ? { events: createEventBridgeEvents(new EventBridgeClient({ requestHandler }), { busName }) } : {};
}

/** The key that signs receipts. */
export function connectSigner({ RECEIPT_KEY_FILE: keyFile }: Settings): { signer: ReceiptSigner } {
  if (!keyFile)
    throw new WrongSettings('RECEIPT_KEY_FILE is not set, expected the file of the key that signs receipts');
  return { signer: createReceiptSigner({ keyFile }) };
}

/** Connects once, at the first event, so that a wrong setting fails the event with its name in the log. */
export function onFirstUse<Connected>(connect: (settings: Settings) => Connected): () => Connected {
  let connected: Connected | undefined;
  return () => (connected ??= connect(readSettings(process.env)));
}

function rulesOf(settings: Settings): Rules {
  return {
    undoSeconds: settings.UNDO_SECONDS,
    settleSeconds: settings.SETTLE_SECONDS,
    leaseSeconds: settings.LEASE_SECONDS,
    sweepAfterSeconds: settings.SWEEP_AFTER_SECONDS,
    retentionDays: settings.RETENTION_DAYS,
    ...(settings.VIDEO_STORAGE === 's3' && {
      bucket: {
        bucket: settings.VIDEO_BUCKET ?? '',
        ...(settings.STORAGE_ENDPOINT && { endpoint: settings.STORAGE_ENDPOINT }),
        originalsPrefixes: settings.ORIGINALS_PREFIXES.split(','),
      },
    }),
  };
}
