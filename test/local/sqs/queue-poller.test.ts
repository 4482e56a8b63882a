import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSqsQueue } from '../../../functions/stores/sqs/sqs-queue.ts';
import { clientSettings } from '../../../local/aws/client-settings.ts';
import { type QueueHandler, type QueuePollerOptions, startQueuePoller } from '../../../local/sqs/queue-poller.ts';
import { type LocalSqs, startSqs } from '../../../local/sqs/sqs.ts';
import { aVideoId } from '../../support/a-tombstone.ts';
import { PATIENCE } from '../../support/patience.ts';

const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
let sqs: LocalSqs;
let client: SQSClient;
let poller: ReturnType<typeof startQueuePoller> | undefined;

beforeEach(async () => {
  sqs = await startSqs({ visibilitySeconds: 3 });
  client = new SQSClient(clientSettings(sqs.endpoint));
});
afterEach(async () => {
  await poller?.stop();
  client.destroy();
  await sqs.stop();
});

function poll(handler: QueueHandler, overrides: Partial<QueuePollerOptions> = {}): void {
  poller = startQueuePoller({ client, queueUrl: sqs.queues.cleanup, handler, name: 'cleanup', log, ...overrides });
}

/** Sends so many messages, one after the other; their deletion ids. */
async function send(count: number): Promise<string[]> {
  const deletionIds = Array.from({ length: count }, () => uuidv7());
  const queue = createSqsQueue(client, { url: sqs.queues.cleanup });
  for (const deletionId of deletionIds) await queue.send({ videoId: aVideoId(), deletionId }, { groupId: 'owner' });
  return deletionIds;
}

/** How many messages the queue keeps, visible or in flight. */
async function kept(): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const command = new GetQueueAttributesCommand({ QueueUrl: sqs.queues.cleanup, AttributeNames: [...names] });
  const { Attributes } = await client.send(command);
  return names.reduce((sum, name) => sum + Number(Attributes?.[name]), 0);
}

const deletionIdOf = ({ body }: SQSEvent['Records'][0]): string => JSON.parse(body).deletionId;

it('hands a function the event and the context that Lambda would, and deletes what it is done with', async () => {
  const handler = vi.fn<QueueHandler>(async (_event, context) => {
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
  });
  const [deletionId] = await send(1);
  poll(handler, { timeoutSeconds: 30 });
  await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), PATIENCE);
  await expect.poll(kept).toBe(0);
  const [event, context] = handler.mock.calls[0] ?? [];
  expect(event?.Records).toEqual([
    {
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: expect.stringContaining(`"deletionId":"${deletionId}"`),
      attributes: expect.objectContaining({
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
      }),
      messageAttributes: {},
      md5OfBody: expect.any(String),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:cleanup',
      awsRegion: 'us-east-1',
    },
  ]);
  expect(context).toMatchObject({ functionName: 'cleanup', awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(log.error).not.toHaveBeenCalled();
});

it('keeps only what a function reports as failed, and hands that to it again', async () => {
  const ids = await send(3);
  const received: string[] = [];
  poll(async ({ Records }) => {
    const failures = Records.filter((record) => {
      const isSecondTime = record.attributes.ApproximateReceiveCount === '2';
      received.push(`${ids.indexOf(deletionIdOf(record))}${isSecondTime ? ' again' : ''}`);
      return deletionIdOf(record) === ids[1] && !isSecondTime;
    });
    return { batchItemFailures: failures.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
  await expect.poll(kept).toBe(0);
  expect(received.sort()).toEqual(['0', '1', '1 again', '2']);
});

it.each<[string, QueueHandler]>([
  ['throws', async () => Promise.reject(new Error('broken'))],
  ['answers in a wrong shape', async () => ({ batchItemFailures: 'none' })],
  [
    'overstays its timeout',
    async (_, context) => {
      await vi.waitUntil(() => context.getRemainingTimeInMillis() === 0, PATIENCE);
    },
  ],
])('hands all of a batch again to a function that %s', async (_, fails) => {
  const ids = await send(2);
  const again: string[] = [];
  poll(
    async (event, context) => {
      const second = event.Records.filter(({ attributes }) => attributes.ApproximateReceiveCount === '2');
      again.push(...second.map(deletionIdOf));
      return second.length > 0 ? undefined : fails(event, context);
    },
    { timeoutSeconds: 2 },
  );
  await expect.poll(kept).toBe(0);
  expect(again.sort()).toEqual(ids.sort());
});

it('runs as many invocations at once as it may, of as many messages as it may, and no more', async () => {
  await send(7);
  let active = 0;
  const seen: number[] = [];
  const gate = Promise.withResolvers<void>();
  poll(
    async ({ Records }) => {
      active += 1;
      seen.push(active);
      expect(Records).toHaveLength(1);
      await gate.promise;
      active -= 1;
    },
    { batchSize: 1, concurrency: 3 },
  );
  await expect.poll(() => active).toBe(3);
  gate.resolve();
  await expect.poll(kept).toBe(0);
  expect(Math.max(...seen)).toBe(3);
});

it('stops only after the handlers at work, and then takes nothing more', async () => {
  await send(1);
  const gate = Promise.withResolvers<void>();
  const handler = vi.fn(() => gate.promise);
  poll(handler);
  await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), PATIENCE);
  let stopped = false;
  const stop = poller?.stop().then(() => {
    stopped = true;
  });
  await send(1);
  expect(stopped).toBe(false);
  gate.resolve();
  await stop;
  expect(await kept()).toBe(1);
  expect(handler).toHaveBeenCalledOnce();
});

it('goes on once a queue that was out of reach is back', async () => {
  const reachable = client.send.bind(client);
  const outage = vi.spyOn(client, 'send').mockRejectedValueOnce(new Error('ECONNREFUSED'));
  outage.mockImplementation(reachable);
  const handler = vi.fn(async () => undefined);
  poll(handler, { concurrency: 1 });
  await send(1);
  await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), PATIENCE);
  expect(log.warn).toHaveBeenCalledWith('The queue cannot be polled', expect.anything());
});
