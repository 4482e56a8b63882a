import { DELIVERIES } from '../../lib/constructs/functions/function-sizes.ts';

/** One deletion and what it uses. `npm run bench -- cost` prints these counts. */
export const DELETION = {
  objects: 1_000,
  /** The worker's time for both passes, in seconds. It is assumed, as in the cost model. */
  workerSeconds: 1.1,
  writeUnits: 30,
  /** How often its run is described: before it is stopped, and once more at the end. */
  runLooks: 2,
  /** Writes to the index that the sweeper reads. It has few partitions. */
  dueWrites: 4,
} as const;

export type Limit = {
  name: string;
  /** How many of them AWS allows a second by default. */
  perSecond: number;
  /** How many of them one deletion uses. */
  each: number;
  /** The limit after a quota increase or a change of our settings. */
  raisedTo: number;
  /** Where the figure comes from. */
  source: string;
};

const DOCS = 'https://docs.aws.amazon.com/';
const WORKERS = DELIVERIES.cleanup.maxConcurrency;
/** How long an invalidation takes, in seconds. Nearly all complete within this time. */
const INVALIDATION_SECONDS = 25;

/** Limits that apply to every deletion, whatever the edge mode. */
const COMMON: readonly Limit[] = [
  {
    name: 'our own workers (maxConcurrency)',
    perSecond: WORKERS,
    each: DELETION.workerSeconds,
    raisedTo: 1_000,
    source: 'lib/constructs/functions/function-sizes.ts; an event source mapping takes up to 1,000',
  },
  {
    name: 'S3 deletions, one partition',
    perSecond: 3_500,
    each: DELETION.objects,
    raisedTo: 3_500_000,
    source: `${DOCS}AmazonS3/latest/userguide/optimizing-performance.html; raised: a thousand partitions, which S3 makes by itself or on request`,
  },
  {
    name: 'DynamoDB, a new table',
    perSecond: 4_000,
    each: DELETION.writeUnits,
    raisedTo: 40_000 * 12,
    source: `${DOCS}amazondynamodb/latest/developerguide/Limits.html; a table begins at 4,000, has 40,000, and more on request`,
  },
  {
    name: 'DynamoDB, index of what is due',
    perSecond: 4 * 1_000,
    each: DELETION.dueWrites,
    raisedTo: 4 * 1_000 * 40,
    source:
      'functions/stores/dynamodb/tombstone-table.ts: 4 shards of 1,000 writes a second; raised: 160 shards, a change of the code',
  },
  {
    name: 'Step Functions, DescribeExecution',
    perSecond: 15,
    each: DELETION.runLooks,
    raisedTo: 150,
    source: `${DOCS}step-functions/latest/dg/service-quotas.html: 15 a second after 300 at once; raised: ten times that, on request (assumed)`,
  },
  {
    name: 'KMS, signatures',
    perSecond: 1_000,
    each: 1,
    raisedTo: 10_000,
    source: `${DOCS}kms/latest/developerguide/requests-per-second.html`,
  },
  {
    name: 'HTTP API, requests',
    perSecond: 10_000,
    each: 1,
    raisedTo: 20_000,
    source: `${DOCS}apigateway/latest/developerguide/limits.html`,
  },
  {
    name: 'Lambda, executions at once',
    perSecond: 1_000,
    each: DELETION.workerSeconds + 0.06,
    raisedTo: 20_000,
    source: `${DOCS}lambda/latest/dg/gettingstarted-limits.html`,
  },
];

export type EdgeWay = 'wildcards' | 'tags' | 'gate';

const EDGE: Record<EdgeWay, Limit> = {
  wildcards: {
    name: 'CloudFront, wildcards in progress',
    perSecond: 15 / INVALIDATION_SECONDS,
    each: 1,
    raisedTo: 15 / INVALIDATION_SECONDS,
    source: `${DOCS}AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html: 15 at a time, about 25 s each`,
  },
  tags: {
    name: 'CloudFront, tags in progress',
    perSecond: 3_000 / INVALIDATION_SECONDS,
    each: 1,
    raisedTo: 3_000 / INVALIDATION_SECONDS,
    source: `${DOCS}AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html: they count among 3,000 files`,
  },
  gate: {
    name: 'CloudFront KeyValueStore, closed gates',
    // 5 MB; an id with its value and overhead takes about 40 bytes. Each stays for a day, the longest lifetime of a
    // copy.
    perSecond: 5_000_000 / 40 / 86_400,
    each: 1,
    // With copies that live for an hour at most.
    raisedTo: 5_000_000 / 40 / 3_600,
    source: `${DOCS}AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html: 5 MB; raised: EDGE_TTL_SECONDS of an hour instead of a day`,
  },
};

/** The limits of a deployment with this edge mode. Without one: of a deployment that has no distribution. */
export function limitsOf(edge?: EdgeWay): Limit[] {
  return [...COMMON, ...(edge ? [EDGE[edge]] : [])];
}

/** How many deletions a second a limit lets through. */
export function rateOf({ perSecond, raisedTo, each }: Limit, isRaised: boolean): number {
  return (isRaised ? raisedTo : perSecond) / each;
}
