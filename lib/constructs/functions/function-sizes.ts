import { Duration } from 'aws-cdk-lib';

export type FunctionSize = {
  memoryMegabytes: number;
  timeout: Duration;
  /** True when somebody waits for its cold start: it does not load its source map, which saves 15 ms. */
  isWaitedFor?: true;
  /** Options for V8. */
  nodeOptions?: readonly string[];
};

/**
 * Memory and timeout of each function, by the name of its entry point in `functions/`. Lambda gives CPU in proportion
 * to memory, one vCPU at 1,769 MB (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). An HTTP API
 * times out after 30 s, so its functions must end earlier: a connection may take 5 s, and then a statement the 15 s
 * that the database role allows.
 */
export const FUNCTION_SIZES = {
  // The owner waits for it, so it gets more CPU for its start and three TLS handshakes.
  'request-deletion': { memoryMegabytes: 1024, timeout: Duration.seconds(25), isWaitedFor: true },
  // Waits for one query and one item.
  'read-deletions': { memoryMegabytes: 512, timeout: Duration.seconds(25), isWaitedFor: true },
  // Waits for the database and the cache.
  'undo-deletion': { memoryMegabytes: 512, timeout: Duration.seconds(25), isWaitedFor: true },
  // Waits for one query and one item.
  'replay-deletion': { memoryMegabytes: 512, timeout: Duration.seconds(25), isWaitedFor: true },
  // Waits for one query and one item.
  'hold-video': { memoryMegabytes: 512, timeout: Duration.seconds(25), isWaitedFor: true },
  // It mostly waits for its stores: a page of 1,000 keys takes 10 ms of CPU. In 5 minutes it deletes about 500,000
  // objects; the next message continues with the rest. Live data needs less than a quarter of the memory. Without a
  // limit, V8 would let garbage fill all of it.
  cleanup: {
    memoryMegabytes: 512,
    timeout: Duration.minutes(5),
    nodeOptions: ['--max-semi-space-size=2', '--max-old-space-size=128'],
  },
  // It makes a few calls for a whole batch, and each takes 15 s at most.
  'invalidate-edge': { memoryMegabytes: 512, timeout: Duration.minutes(1) },
  // It runs every minute and must end before the next run starts.
  sweep: { memoryMegabytes: 512, timeout: Duration.seconds(55) },
  // It lists storage page by page, so it gets the longest time that Lambda allows. It reports what it could not check
  // in that time.
  'find-orphans': { memoryMegabytes: 512, timeout: Duration.minutes(15) },
  // It waits for the database. Creating an index on a large table takes minutes.
  migrate: { memoryMegabytes: 512, timeout: Duration.minutes(10) },
} as const satisfies Record<string, FunctionSize>;

export type FunctionName = keyof typeof FUNCTION_SIZES;

/**
 * How messages reach the functions. `cleanup`: five workers stay within the 3,500 deletes a second that S3 allows on a
 * prefix, and use few of the proxy's connections. They get one message each, so that a large video delays no other.
 * `invalidate-edge`: it gathers messages to merge their invalidations, because CloudFront charges by the path and
 * allows only 15 wildcards at a time. Two is the lowest concurrency that Lambda accepts.
 */
export const DELIVERIES = {
  cleanup: { batchSize: 1, maxConcurrency: 5, batchingWindow: Duration.seconds(0) },
  'invalidate-edge': { batchSize: 50, maxConcurrency: 2, batchingWindow: Duration.seconds(5) },
} as const satisfies Partial<Record<FunctionName, Delivery>>;

export type Delivery = { batchSize: number; maxConcurrency: number; batchingWindow: Duration };

/**
 * The visibility timeout of a queue: six times the timeout of its function plus the batching window, as AWS recommends
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
 */
export function visibilityTimeoutFor(name: keyof typeof DELIVERIES): Duration {
  const { batchingWindow } = DELIVERIES[name];
  return Duration.seconds(6 * FUNCTION_SIZES[name].timeout.toSeconds() + batchingWindow.toSeconds());
}
