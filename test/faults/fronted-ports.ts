import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { v7 as uuidv7 } from 'uuid';
import type { Edge, Ports } from '../../functions/deletion/ports.ts';
import { createCloudFrontEdge } from '../../functions/stores/cloudfront/cloudfront-edge.ts';
import { createDynamoDbTombstones, documentClient } from '../../functions/stores/dynamodb/dynamodb-tombstones.ts';
import { createEventBridgeEvents } from '../../functions/stores/eventbridge/eventbridge-events.ts';
import { connectDatabase } from '../../functions/stores/postgres/connect-database.ts';
import { createPostgresRows } from '../../functions/stores/postgres/postgres-rows.ts';
import { refreshVideoStatsIfStale } from '../../functions/stores/postgres/queries/refresh-video-stats.ts';
import { connectRedis } from '../../functions/stores/redis/connect-redis.ts';
import { createRedisCache } from '../../functions/stores/redis/redis-cache.ts';
import { createS3Objects } from '../../functions/stores/s3/objects.ts';
import { createKmsReceiptSigner } from '../../functions/stores/signing/kms-receipt-signer.ts';
import { createSqsQueue } from '../../functions/stores/sqs/sqs-queue.ts';
import { createStepFunctionsRuns } from '../../functions/stores/step-functions/step-functions-runs.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { ISSUER, RULES } from '../support/rules.ts';
import { BUCKET } from '../support/stores.ts';
import type { Outside } from './outside.ts';

export type FrontedPorts = Ports & { edge: Edge; userIdClaim: string };

/** The fronts that the adapters speak to, and how long they wait for an answer. */
export type Through = { awsUrl: string; databaseUrl: string; redisUrl: string; patienceMilliseconds: number };

/** Every port with its own adapter, as a function has them when it starts; and how to close what they opened. */
export function connectThrough({ addresses, clock }: Outside, through: Through) {
  const aws = awsSettings(through);
  const clients = {
    dynamoDb: new DynamoDBClient(aws),
    s3: new S3Client({ ...aws, forcePathStyle: true }),
    sqs: new SQSClient(aws),
    sfn: new SFNClient({ ...aws, disableHostPrefix: true }),
    cloudFront: new CloudFrontClient(aws),
    eventBridge: new EventBridgeClient(aws),
    kms: new KMSClient(aws),
  };
  const silenceMilliseconds = through.patienceMilliseconds;
  const db = connectDatabase({ url: through.databaseUrl }, { maxConnections: 1, silenceMilliseconds });
  const redis = connectRedis({ url: through.redisUrl, timeoutMilliseconds: through.patienceMilliseconds });
  const queue = (name: string) => createSqsQueue(clients.sqs, { url: `${through.awsUrl}/000000000000/${name}` });
  const silent = () => {};
  const ports: FrontedPorts = {
    tombstones: createDynamoDbTombstones(documentClient(clients.dynamoDb), { table: addresses.table }),
    rows: createPostgresRows(db),
    stats: { refreshIfStale: () => refreshVideoStatsIfStale(db) },
    objects: createS3Objects(clients.s3, { bucket: BUCKET, wait: async () => {} }),
    cache: createRedisCache(redis),
    runs: createStepFunctionsRuns(clients.sfn, { stateMachineArn: addresses.stateMachineArn }),
    edge: createCloudFrontEdge(clients.cloudFront, { distributionId: addresses.distributionId }),
    events: createEventBridgeEvents(clients.eventBridge, { busName: 'deletions' }),
    signer: createKmsReceiptSigner(clients.kms, { keyId: addresses.kmsKey }),
    cleanupQueue: queue('cleanup'),
    edgeQueue: queue('edge'),
    deadLetters: queue('dead'),
    log: { info: silent, warn: silent, error: silent },
    metrics: { record: silent },
    ...{ clock, random: () => 0.5, newId: () => uuidv7(), userIdClaim: 'sub' },
    receiptIssuer: ISSUER,
    isStrict: true,
    rules: {
      ...RULES,
      bucket: { bucket: BUCKET, originalsPrefixes: ['uploads/', 'originals/'] },
    },
  };
  return {
    ports,
    async close() {
      redis.close();
      for (const client of Object.values(clients)) client.destroy();
      await db.destroy();
    },
  };
}

const TRIES = 2;

function awsSettings({ awsUrl, patienceMilliseconds }: Through) {
  const requestHandler = {
    connectionTimeout: patienceMilliseconds,
    requestTimeout: patienceMilliseconds,
    throwOnRequestTimeout: true,
  };
  return { ...clientSettings(awsUrl), requestHandler, retryStrategy: atOnce() };
}

type RetryStrategy = Extract<DynamoDBClientConfig['retryStrategy'], { refreshRetryTokenForRetry: unknown }>;

/** Tries again whatever the SDK's own `standard` mode would, but without its pauses. */
function atOnce(): RetryStrategy {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0, getRetryCost: () => 0 });
  return {
    acquireInitialRetryToken: async () => token(0),
    refreshRetryTokenForRetry: async (last, { errorType }) => {
      if (errorType === 'CLIENT_ERROR' || last.getRetryCount() + 1 >= TRIES) throw new Error('No more tries');
      return token(last.getRetryCount() + 1);
    },
    recordSuccess: () => {},
  };
}
