import { SQSClient } from '@aws-sdk/client-sqs';
import type { Log } from '../../functions/deletion/ports.ts';
import type { Settings } from '../../functions/settings/settings.ts';
import { startQueuePoller } from '../sqs/queue-poller.ts';
import type { Handlers } from './handlers.ts';
import { lambdaContext } from './lambda-context.ts';
import { startSchedule } from './scheduler.ts';

const TIMEOUT_SECONDS = 120;
/** The number of concurrent deletions. Each batch has one message, so that a large video delays no other. */
const CLEANUP_CONCURRENCY = 4;
/** On AWS this runs every minute. Here it runs more often, because nobody wants to wait for it. */
const SWEEP_MILLISECONDS = 1_000;
/** The same as on AWS. `npm run ops -- orphans` runs the search at once. */
const SEARCH = { everyMilliseconds: 86_400_000, timeoutSeconds: 900 };

export type WorkerOptions = { settings: Settings; handlers: Handlers; log: Log };

/** The functions that no request starts: those that read queues, and those with a schedule. */
export function startWorkers({ settings, handlers, log }: WorkerOptions): { stop(): Promise<void> } {
  const client = new SQSClient({});
  const poller = { client, log, timeoutSeconds: TIMEOUT_SECONDS };
  const workers = [
    startQueuePoller({
      ...poller,
      name: 'cleanup',
      queueUrl: settings.CLEANUP_QUEUE_URL,
      batchSize: 1,
      concurrency: CLEANUP_CONCURRENCY,
      handler: handlers.cleanup,
    }),
    startSchedule({
      everyMilliseconds: SWEEP_MILLISECONDS,
      name: 'sweep',
      log,
      handler: () => handlers.sweep({} as never, lambdaContext({ name: 'sweep', timeoutSeconds: TIMEOUT_SECONDS })),
    }),
    startSchedule({
      everyMilliseconds: SEARCH.everyMilliseconds,
      isLater: true,
      name: 'find-orphans',
      log,
      handler: () => handlers['find-orphans']({} as never, lambdaContext({ name: 'find-orphans', ...SEARCH })),
    }),
  ];
  const invalidateEdge = handlers['invalidate-edge'];
  if (invalidateEdge && settings.DISTRIBUTION_ID && settings.EDGE_QUEUE_URL) {
    workers.push(
      startQueuePoller({
        ...poller,
        name: 'invalidate-edge',
        queueUrl: settings.EDGE_QUEUE_URL,
        concurrency: 1,
        handler: invalidateEdge,
      }),
    );
  }
  return {
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
      client.destroy();
    },
  };
}
