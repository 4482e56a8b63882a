import { ListMultipartUploadsCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { connectRedis } from '../../functions/stores/redis/connect-redis.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { startEventBus } from '../../local/aws/event-bus.ts';
import { startDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { startRedisStandIn } from '../../local/redis/redis-stand-in.ts';
import { startS3 } from '../../local/s3/start.ts';
import { startStepFunctions } from '../../local/step-functions/step-functions.ts';
import { startKms } from '../support/kms.ts';
import { openEdge } from '../support/local-edge.ts';
import { createMemoryQueue, type MemoryQueue } from '../support/memory-queue.ts';
import { freshDatabase } from '../support/postgres.ts';
import { BUCKET } from '../support/stores.ts';
import { startQueueEndpoint } from './queue-endpoint.ts';

export type Outside = Awaited<ReturnType<typeof openOutside>>;
const QUEUES = ['cleanup', 'edge', 'dead'] as const;
export type Queues = Record<(typeof QUEUES)[number], MemoryQueue>;

/** Long enough for one run to be there when it is to be stopped. */
const MACHINE = {
  definition: { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 6000, End: true } } },
  stateMachineName: 'processing',
  tasks: {},
};

/** Everything that the product calls, each behind its own address, and connections without faults to check it. */
export async function openOutside() {
  const [database, dynamoDb, s3, redisServer, stepFunctions, bus, kms] = await Promise.all([
    freshDatabase(),
    startDynamoDb(),
    startS3({ buckets: [{ name: BUCKET, versioning: 'Enabled' }] }),
    startRedisStandIn(),
    startStepFunctions(MACHINE),
    startEventBus(),
    startKms(),
  ]);
  const viewers = await openEdge({ origin: `${s3.endpoint}/${BUCKET}` });
  const time = createTime();
  let queues = newQueues(time.clock);
  const queueEndpoint = await startQueueEndpoint((name) => queues[name as keyof Queues]);

  const objects = new S3Client({ ...clientSettings(s3.endpoint), forcePathStyle: true });
  const sfn = new SFNClient({ ...clientSettings(stepFunctions.endpoint), disableHostPrefix: true });
  const inRedis = connectRedis({ url: redisServer.url });
  return {
    ...time,
    addresses: {
      ...{ databaseUrl: database.url, redisUrl: redisServer.url, kmsKey: kms.keyArn, table: dynamoDb.table },
      ...{ stateMachineArn: stepFunctions.stateMachineArn, distributionId: viewers.local.distributionId },
      endpoints: {
        DynamoDB: dynamoDb.endpoint,
        S3: s3.endpoint,
        SQS: queueEndpoint.endpoint,
        StepFunctions: stepFunctions.endpoint,
        CloudFront: viewers.local.cloudFrontEndpoint,
        EventBridge: bus.endpoint,
        KMS: kms.endpoint,
      },
    },
    queues: () => queues,
    /** Empty queues: a run leaves none of its messages to the next. */
    renewQueues: () => {
      queues = newQueues(time.clock);
    },
    ...{ db: database.db, objects, inRedis, viewers, bus },
    put: (Key: string, Body = Key) => objects.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body })),
    /** A line for each version, delete marker and upload under a prefix. */
    inBucket: (prefix: string) => entriesUnder(objects, prefix),
    startRun: async (name: string) => {
      const { stateMachineArn } = stepFunctions;
      return (await sfn.send(new StartExecutionCommand({ stateMachineArn, name }))).executionArn ?? '';
    },
    isRunning: (arn: string) => stepFunctions.startedRuns().some((run) => run.arn === arn && run.status === 'RUNNING'),
    async close() {
      inRedis.close();
      const stopped = [dynamoDb, s3, redisServer, stepFunctions, bus, kms, queueEndpoint].map((part) => part.stop());
      await Promise.all([...stopped, viewers.close(), database.drop()]);
    },
  };
}

/** A clock that stands still unless it is moved. */
function createTime() {
  let now = Date.parse('2026-11-22T10:00:00.000Z');
  return {
    clock: () => new Date(now),
    advance: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

function newQueues(clock: () => Date): Queues {
  return Object.fromEntries(QUEUES.map((name) => [name, createMemoryQueue({ clock })])) as Queues;
}

async function entriesUnder(client: S3Client, Prefix: string): Promise<string[]> {
  const [{ Versions = [], DeleteMarkers = [] }, { Uploads = [] }] = await Promise.all([
    client.send(new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix })),
    client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix })),
  ]);
  return [
    ...Versions.map(({ Key, VersionId, ETag }) => `${Key} ${VersionId} ${ETag}`),
    ...DeleteMarkers.map(({ Key, VersionId }) => `${Key} ${VersionId} marker`),
    ...Uploads.map(({ Key, UploadId }) => `${Key} ${UploadId} upload`),
  ];
}
