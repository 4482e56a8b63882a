import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { v7 as uuidv7 } from 'uuid';
import type { Edge, ListPorts, Ports, ReceiptSigner, VideoObjects } from '../deletion/ports.ts';
import { GRACE_SECONDS, type Rules } from '../deletion/rules.ts';
import { type Group, readSettings, type SettingsOf } from '../settings/settings.ts';
import { createCloudFrontEdge } from '../stores/cloudfront/cloudfront-edge.ts';
import { createDynamoDbTombstones, documentClient } from '../stores/dynamodb/dynamodb-tombstones.ts';
import { createDynamoDbLists } from '../stores/dynamodb/tombstone-list.ts';
import { createEventBridgeEvents } from '../stores/eventbridge/eventbridge-events.ts';
import { createLocalFiles } from '../stores/files/local-files.ts';
import { warningOf } from '../stores/files/shared-parent.ts';
import type { Invoked } from '../stores/powertools/invocation.ts';
import { createPowertoolsLog } from '../stores/powertools/powertools-log.ts';
import { createPowertoolsMetrics } from '../stores/powertools/powertools-metrics.ts';
import { QUICK } from '../stores/request-limits.ts';
import type { UploadListing } from '../stores/s3/bucket.ts';
import { type BucketAddress, connectBucket } from '../stores/s3/client/connect-bucket.ts';
import { createS3Objects } from '../stores/s3/objects.ts';
import { createReceiptSigner } from '../stores/signing/file-receipt-signer.ts';
import { createKmsReceiptSigner } from '../stores/signing/kms-receipt-signer.ts';
import { publishAlso } from '../stores/signing/retired-keys.ts';
import { createSqsQueue } from '../stores/sqs/sqs-queue.ts';
import { createStepFunctionsRuns } from '../stores/step-functions/step-functions-runs.ts';

/**
 * The composition root: every port with the adapter that the settings select. Each function connects only the ports
 * that it uses, and clients connect at their first call. `AWS_ENDPOINT_URL*` redirect the clients of the SDK.
 */

/** The log and the metrics of a function. */
export type Telemetry = Pick<Ports, 'log' | 'metrics'> & Invoked;

/** Both go to CloudWatch through standard output. */
export function connectTelemetry({ LOG_LEVEL, ENVIRONMENT_NAME }: SettingsOf<'log'>): Telemetry {
  const log = createPowertoolsLog(LOG_LEVEL);
  const metrics = createPowertoolsMetrics(ENVIRONMENT_NAME);
  return { log, metrics, invocation: { begin: log.begin, end: metrics.publish } };
}

/**
 * A queue is reached where its service is: in a VPC that may be an endpoint, of which the queue's URL does not know.
 */
export const TO_QUEUES = { ...QUICK, useQueueUrlAsEndpoint: false };

/**
 * For every function that works with deletions. Those that name keys add `places`; those that notify the edge add
 * `edge`.
 */
type StateSettings = SettingsOf<'state' | 'log'> & Partial<SettingsOf<'places' | 'edge'>>;

export function connectState(settings: StateSettings, telemetry: Telemetry = connectTelemetry(settings)) {
  return {
    tombstones: createDynamoDbTombstones(documentClient(new DynamoDBClient(QUICK)), {
      table: settings.DELETIONS_TABLE,
    }),
    ...telemetry,
    clock: () => new Date(),
    random: Math.random,
    newId: () => uuidv7(),
    rules: rulesOf(settings),
  } satisfies Partial<Ports>;
}

/** For every function that looks at many deletions at once. */
export function connectLists({ DELETIONS_TABLE: table }: SettingsOf<'state'>) {
  return { lists: createDynamoDbLists(documentClient(new DynamoDBClient(QUICK)), { table }) } satisfies ListPorts;
}

/** The queue that delivers deletions to a worker. */
export function connectCleanupQueue({ CLEANUP_QUEUE_URL: url }: SettingsOf<'cleanupQueue'>) {
  return { cleanupQueue: createSqsQueue(new SQSClient(TO_QUEUES), { url }) };
}

/** The dead-letter queue, for deletions whose retries are used up. */
export function connectDeadLetters({ CLEANUP_DLQ_URL: url }: SettingsOf<'deadLetters'>) {
  return { deadLetters: createSqsQueue(new SQSClient(TO_QUEUES), { url }) };
}

/** The queue for the edge; nothing if there is no distribution. */
export function connectEdgeQueue({ DISTRIBUTION_ID, EDGE_QUEUE_URL: url }: SettingsOf<'edge'>) {
  return DISTRIBUTION_ID && url ? { edgeQueue: createSqsQueue(new SQSClient(TO_QUEUES), { url }) } : {};
}

/** The storage of the videos, and the runs that write to it. */
export function connectStorage(settings: SettingsOf<'places' | 'storage' | 'runs'>) {
  const stateMachineArn = settings.STATE_MACHINE_ARN;
  // The local stand-in has no host name for a prefix. On AWS, the calls made here use none either.
  const stepFunctions = () => new SFNClient({ ...QUICK, disableHostPrefix: true });
  return {
    ...connectObjects(settings),
    ...(stateMachineArn && { runs: createStepFunctionsRuns(stepFunctions(), { stateMachineArn }) }),
  };
}

/** Only the storage of the videos. */
export function connectObjects(settings: SettingsOf<'places' | 'storage'>): { objects: VideoObjects } {
  const { VIDEO_STORAGE, UPLOADS_DIR: uploads, PROCESSING_DIR: processing } = settings;
  if (VIDEO_STORAGE === 'local') {
    const warning = warningOf('PROCESSING_DIR', processing);
    if (warning) process.emitWarning(warning);
    return { objects: createLocalFiles({ uploads, processing }) };
  }
  const { VIDEO_BUCKET: bucket = '', STORAGE_KEYS_PER_SECOND: keysPerSecond } = settings;
  const options = { bucket, keysPerSecond, uploads: uploadListingOf(settings) };
  return { objects: createS3Objects(connectVideoBucket(settings), options) };
}

const KNOWN_STORE = /\.(amazonaws\.com(\.cn)?|r2\.cloudflarestorage\.com)$/;

/** S3 and R2 list uploads by their prefixes. Of another store it has to be said. */
export function uploadListingOf({
  STORAGE_UPLOADS,
  STORAGE_ENDPOINT,
}: SettingsOf<'places' | 'storage'>): UploadListing {
  const isKnown = !STORAGE_ENDPOINT || KNOWN_STORE.test(new URL(STORAGE_ENDPOINT).hostname);
  return STORAGE_UPLOADS ?? (isKnown ? 'prefix' : 'unchecked');
}

/** The client of the bucket with the videos. */
export function connectVideoBucket(settings: SettingsOf<'storage' | 'places'>, options?: { withTimes: boolean }) {
  const { STORAGE_ANSWERS_AS: answersAs } = settings;
  return connectBucket({ ...bucketAddressOf(settings), ...(answersAs && { answersAs }) }, options);
}

/** Where the bucket with the videos is. */
export function bucketAddressOf(settings: SettingsOf<'storage' | 'places'>): BucketAddress {
  const { STORAGE_ENDPOINT: endpoint, STORAGE_SECRET_ARN: secretArn } = settings;
  return { ...(endpoint && { endpoint }), ...(secretArn && { secretArn }) };
}

/** The edge, for the one function that calls it. */
export function connectEdge({ DISTRIBUTION_ID: distributionId }: SettingsOf<'edge'>): { edge?: Edge } {
  return distributionId ? { edge: createCloudFrontEdge(new CloudFrontClient(QUICK), { distributionId }) } : {};
}

/** The event bus that announces finished deletions. */
export function connectEvents({ EVENT_BUS_NAME: busName }: SettingsOf<'events'>) {
  return busName ? { events: createEventBridgeEvents(new EventBridgeClient(QUICK), { busName }) } : {};
}

/** The key that signs receipts: in KMS, or in a local file. */
export function connectSigner(settings: SettingsOf<'receipts'>): { signer: ReceiptSigner } {
  const { RECEIPT_KEY_ID: keyId, RECEIPT_KEY_FILE: keyFile = '', RECEIPT_RETIRED_KEYS: retired } = settings;
  const signer = keyId ? createKmsReceiptSigner(new KMSClient(QUICK), { keyId }) : createReceiptSigner({ keyFile });
  return { signer: retired ? publishAlso(signer, retired.keys) : signer };
}

/**
 * Connects what a function uses, with only the settings of these groups. This happens once, at the first event, so that
 * a wrong setting fails that event and its name is in the log.
 */
export function onFirstUse<Named extends Group, Connected>(
  groups: readonly Named[],
  connect: (settings: SettingsOf<Named>) => Connected,
): () => Connected {
  let connected: Connected | undefined;
  return () => (connected ??= connect(readSettings(process.env, groups)));
}

function rulesOf(settings: StateSettings): Rules {
  return {
    undoSeconds: settings.UNDO_SECONDS,
    adminUndoSeconds: settings.ADMIN_UNDO_SECONDS,
    graceSeconds: GRACE_SECONDS,
    settleSeconds: settings.SETTLE_SECONDS,
    leaseSeconds: settings.LEASE_SECONDS,
    sweepAfterSeconds: settings.SWEEP_AFTER_SECONDS,
    retentionDays: settings.RETENTION_DAYS,
    ...gateOf(settings),
    ...(settings.VIDEO_STORAGE && { bucket: addressOf(settings) }),
  };
}

function addressOf(settings: StateSettings): NonNullable<Rules['bucket']> {
  const originalsPrefixes = settings.ORIGINALS_PREFIXES?.split(',') ?? [];
  if (settings.VIDEO_STORAGE === 'local') return { bucket: '', originalsPrefixes, root: settings.UPLOADS_DIR ?? '' };
  const { VIDEO_BUCKET: bucket = '', STORAGE_ENDPOINT: endpoint } = settings;
  return { bucket, originalsPrefixes, ...(endpoint && { endpoint }) };
}

/** How long a gate stays closed where copies are invalidated as well: a day, CloudFront's default TTL. */
const LONGEST_GATE_SECONDS = 86_400;

function gateOf({
  DISTRIBUTION_ID,
  EDGE_MODE: mode,
  EDGE_TTL_SECONDS: ttlSeconds = LONGEST_GATE_SECONDS,
}: StateSettings): Pick<Rules, 'gate'> {
  if (!DISTRIBUTION_ID || !mode || mode === 'invalidate') return {};
  return { gate: { ttlSeconds, invalidates: mode === 'both' } };
}
