import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { cleanupHandler } from '../functions/cleanup.ts';
import { invalidateEdgeHandler } from '../functions/invalidate-edge.ts';
import type { Settings } from '../functions/settings.ts';
import { sweepHandler } from '../functions/sweep.ts';
import { lambdaContext } from './lambda-context.ts';
import type { LocalPorts } from './local-ports.ts';
import { startQueuePoller } from './queue-poller.ts';
import { startSchedule } from './scheduler.ts';

const TIMEOUT_SECONDS = 120;
/** Deletions at the same time. A batch of one each: a large video keeps nobody waiting. */
const CLEANUP_CONCURRENCY = 4;
/** Every minute on AWS; here nobody wants to wait for it. */
const SWEEP_MILLISECONDS = 1_000;

/** The functions that no request starts: those on the queues, and the sweeper. */
export function startWorkers(settings: Settings, ports: LocalPorts): { stop(): Promise<void> } {
  const { log, edge } = ports;
  const client = new SQSClient({});
  const poller = { client, log, timeoutSeconds: TIMEOUT_SECONDS };
  const cleanup = cleanupHandler(() => ports);
  const sweep = sweepHandler(() => ports);
  const workers = [
    startQueuePoller({
      ...poller,
      name: 'cleanup',
      queueUrl: settings.CLEANUP_QUEUE_URL,
      batchSize: 1,
      concurrency: CLEANUP_CONCURRENCY,
      handler: (event: SQSEvent, context) => cleanup(event, context),
    }),
    startSchedule({
      everyMilliseconds: SWEEP_MILLISECONDS,
      name: 'sweep',
      log,
      handler: async () => sweep({} as never, lambdaContext({ name: 'sweep', timeoutSeconds: TIMEOUT_SECONDS })),
    }),
  ];
  if (edge && settings.EDGE_QUEUE_URL) {
    const invalidateEdge = invalidateEdgeHandler(() => ({ ...ports, edge }));
    workers.push(
      startQueuePoller({
        ...poller,
        name: 'invalidate-edge',
        queueUrl: settings.EDGE_QUEUE_URL,
        concurrency: 1,
        handler: (event: SQSEvent, context) => invalidateEdge(event, context),
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
