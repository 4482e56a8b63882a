import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { redriveAttributesOf } from '../../functions/stores/sqs/deletion-messages.ts';
import { NotDone } from '../exits.ts';

/** A queue and its dead-letter queue. `waiting`: about how many dead letters there are. */
export type Queues = { url: string; name: string; deadLettersUrl: string; deadLettersName: string; waiting: number };

/** How long a dead letter is kept from others while it is moved, in seconds. */
const HIDDEN_SECONDS = 60;
/** SQS may answer with nothing although there are messages. */
const EMPTY_ANSWERS = 3;

/**
 * The queue with its dead-letter queue. Needs sqs:GetQueueAttributes on both.
 * @throws {NotDone} when there is no dead-letter queue
 */
export async function queuesOf(client: SQSClient, url: string): Promise<Queues> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn', 'RedrivePolicy'] }),
  );
  const { QueueArn: arn = '', RedrivePolicy: redrive = '{}' } = Attributes;
  const { deadLetterTargetArn: deadArn } = JSON.parse(redrive) as { deadLetterTargetArn?: string };
  if (!deadArn) throw new NotDone(`The queue ${url} has no dead-letter queue`);
  const deadLettersName = nameIn(deadArn);
  // SQS demands that a dead-letter queue is in the account and region of its queue.
  const deadLettersUrl = url.replace(/[^/]+$/, deadLettersName);
  const { Attributes: depth = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLettersUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  const waiting = Number(depth.ApproximateNumberOfMessages ?? 0);
  return { url, name: nameIn(arn), deadLettersUrl, deadLettersName, waiting };
}

/**
 * Moves the dead letters back, each with a mark that says who did it. It sends a message before it deletes it, so a
 * message may arrive twice, and none is lost. SQS's own task for this cannot add a mark. A message that fails again
 * while it works is not moved again: it ends after as many as there were. Needs sqs:ReceiveMessage and DeleteMessage on
 * the dead-letter queue, and SendMessage on the queue.
 * @returns how many were moved
 */
export async function moveBack(
  client: SQSClient,
  { url, deadLettersUrl, waiting }: Queues,
  { by, onProgress }: { by: string; onProgress: (moved: number) => void },
): Promise<number> {
  const begun = Date.now();
  let moved = 0;
  for (let empty = 0; empty < EMPTY_ANSWERS; ) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        ...{ QueueUrl: deadLettersUrl, MaxNumberOfMessages: 10, VisibilityTimeout: HIDDEN_SECONDS },
        ...{ MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] },
      }),
    );
    const earlier = Messages.filter((message) => moved < waiting || sentAt(message) < begun);
    for (const message of earlier) {
      await client.send(messageAgain(url, message, by));
      await client.send(new DeleteMessageCommand({ QueueUrl: deadLettersUrl, ReceiptHandle: message.ReceiptHandle }));
      moved += 1;
    }
    onProgress(moved);
    empty = earlier.length === 0 ? empty + 1 : 0;
  }
  return moved;
}

function messageAgain(url: string, { Body, Attributes, MessageAttributes }: Message, by: string): SendMessageCommand {
  const groupId = Attributes?.MessageGroupId;
  return new SendMessageCommand({
    QueueUrl: url,
    MessageBody: Body,
    MessageAttributes: { ...MessageAttributes, ...redriveAttributesOf(by, new Date()) },
    ...(groupId && { MessageGroupId: groupId }),
  });
}

/** A message that SQS itself has moved keeps the time at which it was first sent. */
function sentAt({ Attributes }: Message): number {
  return Number(Attributes?.SentTimestamp ?? 0);
}

function nameIn(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}
