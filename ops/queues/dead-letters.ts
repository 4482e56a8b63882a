import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type Command, Option } from 'commander';
import { TO_QUEUES } from '../../functions/connect/connect.ts';
import { chunksOf } from '../../functions/deletion/chunks-of.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { act, examples } from '../act.ts';
import { columns, time } from '../print.ts';
import { queuesOf } from './move-messages.ts';
import { urlOf } from './redrive.ts';

/** A dead letter. `videoId` is absent where the message names none. */
type DeadLetter = { messageId: string; sentAt: string; received: number; videoId?: string; body: string };

/** While they are looked at, nobody else gets them, in seconds. Afterwards they are given back at once. */
const HIDDEN_SECONDS = 30;
/** SQS may answer with nothing although there are messages. */
const EMPTY_ANSWERS = 3;
const MOST = 1_000;
/** The most that SQS takes or gives in one call. */
const BATCH = 10;
/** As much of a body as is printed. */
const LONGEST_BODY = 200;

/** `dead-letters`: shows the messages of a dead-letter queue, and leaves them where they are. */
export function addDeadLetters(program: Command): void {
  program
    .command('dead-letters')
    .summary('show the messages of a dead-letter queue, and leave them there')
    .description(
      'Shows what is in a dead-letter queue: which video each message is about, when it was sent, and how often it was received. Takes nothing out: the messages are hidden from others for a moment, and given back. Exit code 1 when there are any.',
    )
    .addOption(
      new Option('--queue <queue>', 'the queue they came from').choices(['cleanup', 'edge']).default('cleanup'),
    )
    .addHelpText('after', examples('dead-letters', 'dead-letters --queue edge --json'))
    .action(
      act(async (session, { queue }: { queue: 'cleanup' | 'edge' }) => {
        const url = await urlOf(session, queue);
        const client = new SQSClient(TO_QUEUES);
        session.atEnd(() => client.destroy());
        const { deadLettersUrl, deadLettersName } = await queuesOf(client, url);
        const letters = await lookInto(client, deadLettersUrl);
        return {
          json: { queue: deadLettersName, deadLetters: letters, more: letters.length >= MOST },
          ...(letters.length >= MOST && { note: `There may be more than these ${letters.length}.` }),
          text: letters.length === 0 ? `There is nothing in ${deadLettersName}.` : tableOf(letters),
          isFinding: letters.length > 0,
        };
      }),
    );
}

async function lookInto(client: SQSClient, url: string): Promise<DeadLetter[]> {
  const seen = new Map<string, Message>();
  try {
    for (let empty = 0; empty < EMPTY_ANSWERS && seen.size < MOST; ) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          ...{ QueueUrl: url, MaxNumberOfMessages: BATCH, VisibilityTimeout: HIDDEN_SECONDS },
          MessageSystemAttributeNames: ['All'],
        }),
      );
      const fresh = Messages.filter(({ MessageId = '' }) => !seen.has(MessageId));
      for (const message of Messages) seen.set(message.MessageId ?? '', message);
      empty = fresh.length === 0 ? empty + 1 : 0;
    }
  } finally {
    await giveBack(client, url, [...seen.values()]);
  }
  return [...seen.values()].map(letterOf).sort((a, b) => (a.sentAt < b.sentAt ? -1 : 1));
}

/** One that is not given back comes back by itself after a while, so nothing is lost when this fails. */
async function giveBack(client: SQSClient, url: string, messages: readonly Message[]): Promise<void> {
  for (const some of chunksOf(messages, BATCH)) {
    const Entries = some.map(({ ReceiptHandle }, n) => ({ Id: `${n}`, ReceiptHandle, VisibilityTimeout: 0 }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries })).catch(() => undefined);
  }
}

function letterOf({ MessageId: messageId = '', Body: body = '', Attributes = {} }: Message): DeadLetter {
  const id = videoIdIn(body);
  return {
    messageId,
    sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
    received: Number(Attributes.ApproximateReceiveCount ?? 0),
    ...(id && { videoId: id }),
    body: body.slice(0, LONGEST_BODY),
  };
}

function videoIdIn(body: string): string | undefined {
  try {
    return parseVideoId((JSON.parse(body) as { videoId?: string } | null)?.videoId ?? '');
  } catch {
    return undefined;
  }
}

function tableOf(letters: readonly DeadLetter[]): string {
  const head = ['video', 'sent', 'received', 'body'];
  const rows = letters.map(({ videoId = 'none', sentAt, received, body }) => [
    videoId,
    time(sentAt),
    `${received} times`,
    body,
  ]);
  return columns(head, rows);
}
