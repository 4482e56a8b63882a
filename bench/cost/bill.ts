import { PRICES, type Priced } from '../prices.ts';
import type { DeletionCalls } from './count-deletions.ts';
import type { Calls } from './watch-clients.ts';

/** An amount of something for one deletion. `assumed`: it was not counted in a run. */
export type Line = { item: string; priced: Priced; amount: number; assumed?: true };

/**
 * The price of each operation. Operations that are missing here are free (Step Functions' StopExecution,
 * GetInvalidation).
 */
const BILLED: Record<string, { priced: Priced; by: 'calls' | 'units' }> = {
  'DynamoDB PutItem': { priced: 'dynamoDbWrite', by: 'units' },
  'DynamoDB UpdateItem': { priced: 'dynamoDbWrite', by: 'units' },
  'DynamoDB GetItem': { priced: 'dynamoDbRead', by: 'units' },
  'SQS SendMessage': { priced: 'sqsRequest', by: 'calls' },
  'SQS ReceiveMessage': { priced: 'sqsRequest', by: 'calls' },
  'SQS DeleteMessageBatch': { priced: 'sqsRequest', by: 'calls' },
  'S3 ListObjectVersions': { priced: 's3List', by: 'calls' },
  'S3 ListObjectsV2': { priced: 's3List', by: 'calls' },
  'S3 ListMultipartUploads': { priced: 's3List', by: 'calls' },
  'S3 GetBucketVersioning': { priced: 's3Get', by: 'calls' },
  'S3 DeleteObjects': { priced: 's3Delete', by: 'calls' },
  'EventBridge PutEvents': { priced: 'eventBridgeEvent', by: 'calls' },
  'CloudFront CreateInvalidation': { priced: 'invalidationPath', by: 'units' },
};

/** The assumed time of a call in milliseconds: for S3 as in `npm run bench -- objects`, for all others `OTHER`. */
const MILLISECONDS: Record<string, number> = {
  'S3 ListObjectVersions': 40,
  'S3 ListMultipartUploads': 40,
  'S3 DeleteObjects': 120,
};
const OTHER = 10;
/**
 * Added to the calls: thirty statements and commands of database and cache, 5 ms each, and 500 ms of a third of a CPU
 * in the worker.
 */
const BESIDES = 30 * 5 + 500;
/** The request uses 1 GB for 60 ms; the worker has half a GB (`lib/constructs/functions/function-sizes.ts`). */
const REQUEST_GIGABYTE_SECONDS = 0.06;
const WORKER_GIGABYTES = 0.5;
/** Six log lines, three metric records, and Lambda's own three lines for each of three invocations. */
const LOG_GIGABYTES = 6e-6;
/** The request and two passes. */
const INVOCATIONS = 3;

/** The messages in a batch on AWS under load. The local system gathers fewer. */
const GATE_BATCH = 50;

/** The lines of one deletion's bill, from the counted calls. */
export function billOf({ calls, indexWrites, signatures, edge }: DeletionCalls): Line[] {
  const counted = calls.flatMap((one): Line[] => {
    const item = `${one.service} ${one.operation}`;
    const billed = BILLED[item];
    return billed ? [{ item, priced: billed.priced, amount: one[billed.by] }] : [];
  });
  return [
    { item: 'HTTP API', priced: 'httpApiRequest', amount: 1 },
    { item: 'Lambda, invocations', priced: 'lambdaRequest', amount: INVOCATIONS, assumed: true },
    { item: 'Lambda, time', priced: 'lambdaGigabyteSecond', amount: gigabyteSecondsOf(calls), assumed: true },
    ...counted,
    { item: 'DynamoDB indexes', priced: 'dynamoDbWrite', amount: indexWrites },
    { item: 'SQS groups', priced: 'sqsFairMessage', amount: sum(calls, 'SQS') },
    { item: 'KMS Sign', priced: 'kmsSignature', amount: signatures },
    { item: 'Logs', priced: 'logGigabyte', amount: LOG_GIGABYTES, assumed: true },
    ...(edge === 'gate' ? gateLines(calls) : []),
  ];
}

/**
 * Adds the times of all calls, which is an upper bound: some run concurrently, and the poller's calls cost no worker
 * time.
 */
function gigabyteSecondsOf(calls: readonly Calls[]): number {
  const waiting = calls.reduce(
    (sum, one) => sum + one.calls * (MILLISECONDS[`${one.service} ${one.operation}`] ?? OTHER),
    0,
  );
  return REQUEST_GIGABYTE_SECONDS + (WORKER_GIGABYTES * (waiting + BESIDES)) / 1000;
}

/**
 * Ten minutes after the last copy has expired, the gate is opened again. The run does not wait for that, so this adds
 * as many calls as closing it takes.
 */
function gateLines(calls: readonly Calls[]): Line[] {
  const updates = calls.find(({ operation }) => operation === 'UpdateKeys')?.calls ?? 0;
  const all = sum(calls, 'CloudFrontKeyValueStore');
  const callsPerUpdate = updates > 0 ? all / updates : 0;
  const TURNS = 2;
  return [
    { item: 'Gate, closed and opened', priced: 'keyValueStoreCall', amount: (TURNS * callsPerUpdate) / GATE_BATCH },
    // The item with its receipt and its index key; two messages, each sent, received and deleted.
    { item: 'Gate, opening: DynamoDB', priced: 'dynamoDbWrite', amount: 6, assumed: true },
    { item: 'Gate, opening: SQS', priced: 'sqsRequest', amount: 6, assumed: true },
  ];
}

function sum(calls: readonly Calls[], service: string): number {
  return calls.filter((one) => one.service === service).reduce((total, one) => total + one.calls, 0);
}

/** The price of this many deletions in dollars. */
export function dollarsOf(lines: readonly Line[], deletions: number): number {
  return lines.reduce((total, { priced, amount }) => total + amount * PRICES[priced].dollars * deletions, 0);
}
