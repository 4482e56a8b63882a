import { setTimeout as wait } from 'node:timers/promises';
import { type LocalEventBus, startEventBus } from './aws/event-bus.ts';
import { type LocalEdge, startEdge } from './edge/edge.ts';
import { startKeyValueStore } from './edge/key-value-store.ts';
import { type Part, type PartsOptions, realPart } from './part.ts';
import { startSqs } from './sqs/sqs.ts';
import { startProcessing } from './step-functions/processing.ts';
import type { LocalStepFunctions } from './step-functions/step-functions.ts';
import type { PutFile, StoragePart } from './stores.ts';

/** Long enough to see that an old copy is served while its invalidation is in progress. */
const INVALIDATION_MILLISECONDS = 500;
/** As on AWS: six times the function's timeout. */
const VISIBILITY_SECONDS = 720;
const BUS = 'platform';

export async function queuesPart({ environment }: PartsOptions): Promise<Part> {
  const real = realPart(environment, ['CLEANUP_QUEUE_URL', 'CLEANUP_DLQ_URL', 'EDGE_QUEUE_URL']);
  if (real) return real;
  const { endpoint, queues, stop } = await startSqs({ visibilitySeconds: VISIBILITY_SECONDS });
  const settings = {
    CLEANUP_QUEUE_URL: queues.cleanup,
    CLEANUP_DLQ_URL: queues.cleanupDeadLetters,
    EDGE_QUEUE_URL: queues.edge,
    AWS_ENDPOINT_URL_SQS: endpoint,
  };
  return { settings, name: 'SQS (fauxqs)', stop };
}

export async function eventsPart({ environment }: PartsOptions): Promise<Part & { bus?: LocalEventBus }> {
  const real = realPart(environment, ['EVENT_BUS_NAME']);
  if (real) return real;
  const bus = await startEventBus();
  const settings = { EVENT_BUS_NAME: BUS, AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint };
  return { settings, name: 'EventBridge (stand-in)', stop: bus.stop, bus };
}

export async function processingPart(
  { environment, segmentMilliseconds }: PartsOptions,
  putFile: PutFile,
): Promise<Part & { processing?: LocalStepFunctions }> {
  const real = realPart(environment, ['STATE_MACHINE_ARN']);
  if (real) return real;
  const processing = await startProcessing({ write: putFile, wait, segmentMilliseconds });
  const settings = { STATE_MACHINE_ARN: processing.stateMachineArn, AWS_ENDPOINT_URL_SFN: processing.endpoint };
  return { settings, name: 'Step Functions (interpreter)', stop: processing.stop, processing };
}

export async function edgePart(
  { environment }: PartsOptions,
  { origin }: StoragePart,
): Promise<Part & { edge?: LocalEdge }> {
  const real = realPart(environment, ['DISTRIBUTION_ID']);
  if (real) return real;
  const gate = await gatePart(environment);
  const edge = await startEdge({ origin, completeAfterMilliseconds: INVALIDATION_MILLISECONDS, ...gate?.edge });
  const settings = { DISTRIBUTION_ID: edge.distributionId, AWS_ENDPOINT_URL_CLOUDFRONT: edge.cloudFrontEndpoint };
  const stop = async () => {
    await edge.stop();
    await gate?.stop();
  };
  const name = `CloudFront (an edge that caches${gate ? ', behind a gate' : ''})`;
  return { settings: { ...settings, ...gate?.settings }, name, stop, edge };
}

/**
 * The gate's store and the edge's settings for it, in the modes that have a gate. Copies expire soon, so that nobody
 * has to wait for a day.
 */
async function gatePart({ EDGE_MODE: mode = 'invalidate', EDGE_TTL_SECONDS: ttl = '15' }: PartsOptions['environment']) {
  if (mode === 'invalidate') return undefined;
  const store = await startKeyValueStore();
  return {
    edge: { gateStore: store, defaultSeconds: Number(ttl) },
    settings: {
      EDGE_TTL_SECONDS: ttl,
      GATE_STORE_ARN: store.arn,
      AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: store.endpoint,
    },
    stop: store.stop,
  };
}
