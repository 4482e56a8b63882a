import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import type { Log } from '../../functions/deletion/ports.ts';
import { lambdaContext } from '../handlers/lambda-context.ts';
import { failedIds } from './batch-response.ts';
import { recordOf } from './sqs-record.ts';

/** The pause after a failed receive, in milliseconds. */
const PAUSE = 1000;

/**
 * A function that reads a queue. It returns an `SQSBatchResponse` or nothing; the type is `unknown` because the shape
 * is checked.
 */
export type QueueHandler = (event: SQSEvent, context: Context) => Promise<unknown>;

export type QueuePollerOptions = {
  client: SQSClient;
  queueUrl: string;
  handler: QueueHandler;
  /** The function's name in its context and in the log. */
  name: string;
  log: Log;
  /** The most messages in an invocation. One receive returns at most 10. */
  batchSize?: number;
  /** The number of concurrent invocations. */
  concurrency?: number;
  timeoutSeconds?: number;
};

/**
 * Does what Lambda's event source mapping for SQS does with ReportBatchItemFailures: receives messages by long polling,
 * invokes the handler and deletes the messages that it did not report as failed. If a handler throws, answers in a
 * wrong shape or exceeds its timeout, its whole batch has failed. Failed messages are redelivered after their
 * visibility timeout.
 * @returns `stop`, which receives no more messages and waits for running handlers
 */
export function startQueuePoller(options: QueuePollerOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const polls = Array.from({ length: options.concurrency ?? 2 }, () => poll(options, stopping.signal));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(polls);
    },
  };
}

async function poll(options: QueuePollerOptions, stopping: AbortSignal): Promise<void> {
  let arn: string | undefined;
  while (!stopping.aborted) {
    try {
      arn ??= await arnOf(options, stopping);
      const messages = await receive(options, stopping);
      if (messages.length > 0) await work(options, arn, messages);
    } catch (error) {
      if (stopping.aborted) return;
      options.log.warn('The queue cannot be polled', { function: options.name, error: String(error) });
      await delay(PAUSE, undefined, { signal: stopping }).catch(() => undefined);
    }
  }
}

async function arnOf({ client, queueUrl }: QueuePollerOptions, stopping: AbortSignal): Promise<string> {
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] });
  const { Attributes } = await client.send(command, { abortSignal: stopping });
  return Attributes?.QueueArn ?? '';
}

async function receive(options: QueuePollerOptions, stopping: AbortSignal): Promise<Message[]> {
  const { client, queueUrl, batchSize = 10 } = options;
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: batchSize,
    WaitTimeSeconds: 20,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  const { Messages = [] } = await client.send(command, { abortSignal: stopping });
  return Messages;
}

async function work(options: QueuePollerOptions, arn: string, messages: Message[]): Promise<void> {
  const { client, queueUrl, log, name } = options;
  const event: SQSEvent = { Records: messages.map((message) => recordOf(message, arn)) };
  const failed = await invoke(options, event);
  const done = event.Records.filter(({ messageId }) => !failed.has(messageId));
  if (done.length === 0) return;
  const Entries = done.map(({ receiptHandle }, position) => ({ Id: String(position), ReceiptHandle: receiptHandle }));
  const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  if (Failed.length > 0)
    log.warn('Messages were not deleted and will come again', { function: name, count: Failed.length });
}

/** The ids of the messages that stay in the queue. */
async function invoke({ handler, name, timeoutSeconds = 30, log }: QueuePollerOptions, event: SQSEvent) {
  const ids = event.Records.map(({ messageId }) => messageId);
  const context = lambdaContext({ name, timeoutSeconds });
  try {
    const failed = failedIds(await handler(event, context), ids);
    if (context.getRemainingTimeInMillis() > 0) return failed;
    log.error('The handler exceeded its timeout', { function: name, timeoutSeconds });
  } catch (error) {
    log.error('The handler failed', { function: name, error: String(error) });
  }
  return new Set(ids);
}
