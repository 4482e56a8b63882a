import { randomUUID } from 'node:crypto';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { AwsFault } from '../aws/aws-fault.ts';
import { type AwsOperation, textOf } from '../aws/aws-json.ts';

/** The most tasks that SQS lists for a queue. Older ones are forgotten. */
const MOST_LISTED = 10;

type LocalQueue = { url: string; arn: string; depth: number; deadLetters?: string };
type Task = {
  handle: string;
  status: 'RUNNING' | 'COMPLETED' | 'FAILED';
  source: string;
  destination: string;
  toMove: number;
  moved: number;
  startedAt: number;
  failure?: string;
};

/**
 * The operations that move messages out of a dead-letter queue, which fauxqs lacks. As in SQS, a moved message is a new
 * one with its own id and time. Tasks run at full speed and ignore a requested rate.
 * @param endpoint of fauxqs, which `client` calls
 */
export function moveTasks(client: SQSClient, endpoint: string): Record<string, AwsOperation> {
  const tasks: Task[] = [];
  return {
    'AmazonSQS.StartMessageMoveTask': async (input) => {
      const queues = await queuesOf(client, endpoint);
      const source = sourceIn(queues, textOf(input, 'SourceArn'));
      const destination = destinationIn(queues, source, input.DestinationArn);
      if (tasks.some((task) => task.source === source.arn && task.status === 'RUNNING'))
        throw new AwsFault('UnsupportedOperation', 'There is already a task running.');
      const task: Task = {
        handle: randomUUID(),
        status: 'RUNNING',
        source: source.arn,
        destination: destination.arn,
        toMove: source.depth,
        moved: 0,
        startedAt: Date.now(),
      };
      tasks.unshift(task);
      void work(client, task, { from: source.url, to: destination.url });
      return { TaskHandle: task.handle };
    },
    'AmazonSQS.ListMessageMoveTasks': async (input) => {
      const { arn } = sourceIn(await queuesOf(client, endpoint), textOf(input, 'SourceArn'));
      const limit = Math.min(Number(input.MaxResults ?? 1), MOST_LISTED);
      return {
        Results: tasks
          .filter(({ source }) => source === arn)
          .slice(0, limit)
          .map(shown),
      };
    },
  };
}

/** Like SQS, sends a message to the destination first and deletes it at the source afterwards. */
async function work(client: SQSClient, task: Task, { from, to }: { from: string; to: string }): Promise<void> {
  try {
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
      );
      if (Messages.length === 0) break;
      for (const { Body, MessageAttributes, ReceiptHandle } of Messages) {
        await client.send(new SendMessageCommand({ QueueUrl: to, MessageBody: Body, MessageAttributes }));
        await client.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
        task.moved += 1;
      }
    }
    task.status = 'COMPLETED';
  } catch (error) {
    task.status = 'FAILED';
    task.failure = error instanceof Error ? error.name : 'Unknown';
  }
}

async function queuesOf(client: SQSClient, endpoint: string): Promise<LocalQueue[]> {
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand());
  return await Promise.all(
    QueueUrls.map(async (named) => {
      // The host in the URL can be resolved only by a name server of fauxqs.
      const url = endpoint + new URL(named).pathname;
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
      );
      const { QueueArn: arn = '', ApproximateNumberOfMessages: depth, RedrivePolicy: redrive } = Attributes;
      const deadLetters = redrive && JSON.parse(redrive).deadLetterTargetArn;
      return { url, arn, depth: Number(depth), ...(deadLetters && { deadLetters }) };
    }),
  );
}

/** @throws {AwsFault} unless the queue is a dead-letter queue */
function sourceIn(queues: readonly LocalQueue[], arn: string): LocalQueue {
  const source = queues.find((queue) => queue.arn === arn);
  if (!source) throw notFound('SourceArn');
  if (queues.every(({ deadLetters }) => deadLetters !== arn))
    throw new AwsFault('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
  return source;
}

/** Without a named destination, messages go back to the queue that they came from. */
function destinationIn(queues: readonly LocalQueue[], source: LocalQueue, arn: unknown): LocalQueue {
  const isMeant = (queue: LocalQueue) => (arn === undefined ? queue.deadLetters === source.arn : queue.arn === arn);
  const destination = queues.find(isMeant);
  if (!destination) throw notFound('DestinationArn');
  return destination;
}

function notFound(parameter: string): AwsFault {
  const message = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
  return new AwsFault('ResourceNotFoundException', message, 404);
}

function shown({ handle, status, source, destination, toMove, moved, startedAt, failure }: Task) {
  return {
    ...(status === 'RUNNING' && { TaskHandle: handle }),
    Status: status,
    SourceArn: source,
    DestinationArn: destination,
    ApproximateNumberOfMessagesMoved: moved,
    ApproximateNumberOfMessagesToMove: toMove,
    StartedTimestamp: startedAt,
    ...(failure && { FailureReason: failure }),
  };
}
