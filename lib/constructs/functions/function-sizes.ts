import { Duration } from 'aws-cdk-lib';

export type FunctionSize = {
  memoryMegabytes: number;
  timeout: Duration;
  /** Somebody waits for its start: it is spared the reading of its source map, 15 ms. */
  isWaitedFor?: true;
  /** For V8. */
  nodeOptions?: readonly string[];
};

/**
 * The functions by the name of their entry point in `functions/`, with what each is given. Lambda gives CPU in proportion to
 * memory, a whole one at 1,769 MB (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). An HTTP API answers
 * by itself after 30 s, so the API's functions end before: 5 s for a connection, then the role's 15 s for a statement.
 */
export const FUNCTION_SIZES = {
  // The owner waits for it: CPU for the start and for three TLS handshakes.
  'request-deletion': { memoryMegabytes: 1024, timeout: Duration.seconds(25), isWaitedFor: true },
  // Waits for one query and one item.
  'read-deletions': { memoryMegabytes: 512, timeout: Duration.seconds(25), isWaitedFor: true },
  // Waits for the database and the cache.
  'undo-deletion': { memoryMegabytes: 512, timeout: Duration.seconds(25), isWaitedFor: true },
  // Waits for one query and one item.
  'replay-deletion': { memoryMegabytes: 512, timeout: Duration.seconds(25), isWaitedFor: true },
  // Waits for one query and one item.
  'hold-video': { memoryMegabytes: 512, timeout: Duration.seconds(25), isWaitedFor: true },
  // Waits for its stores: a page of 1,000 keys takes 10 ms of CPU. 5 min hold some 500,000 objects, and whatever is not done goes on in
  // the next message. A quarter of the memory is plenty for what is alive at a time; V8 would let garbage pile up to the whole of it.
  cleanup: {
    memoryMegabytes: 512,
    timeout: Duration.minutes(5),
    nodeOptions: ['--max-semi-space-size=2', '--max-old-space-size=128'],
  },
  // A few calls for a whole batch, each with 15 s at most.
  'invalidate-edge': { memoryMegabytes: 512, timeout: Duration.minutes(1) },
  // Ends before the next minute begins, so that two never overlap.
  sweep: { memoryMegabytes: 512, timeout: Duration.seconds(55) },
  // Waits for listings, one after another; as long as Lambda allows. What it cannot look at in this time it leaves out, and says so.
  'find-orphans': { memoryMegabytes: 512, timeout: Duration.minutes(15) },
  // Waits for the database; an index on a large table takes its time.
  migrate: { memoryMegabytes: 512, timeout: Duration.minutes(10) },
} as const satisfies Record<string, FunctionSize>;

export type FunctionName = keyof typeof FUNCTION_SIZES;

/**
 * How messages reach the functions. Five workers share S3's 3,500 deletions a second on a prefix, and hold few of the proxy's
 * connections. One message each: a large video holds up no other that came with it. Invalidations are gathered to be merged,
 * since they are paid for by the path and only 15 wildcards run at a time; two is the least concurrency that Lambda takes.
 */
export const DELIVERIES = {
  cleanup: { batchSize: 1, maxConcurrency: 5, batchingWindow: Duration.seconds(0) },
  'invalidate-edge': { batchSize: 50, maxConcurrency: 2, batchingWindow: Duration.seconds(5) },
} as const satisfies Partial<Record<FunctionName, Delivery>>;

export type Delivery = { batchSize: number; maxConcurrency: number; batchingWindow: Duration };

/**
 * How long a message stays invisible: six times what its function may take, and the time it is gathered for, as AWS recommends
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
 */
export function visibilityTimeoutFor(name: keyof typeof DELIVERIES): Duration {
  const { batchingWindow } = DELIVERIES[name];
  return Duration.seconds(6 * FUNCTION_SIZES[name].timeout.toSeconds() + batchingWindow.toSeconds());
}
