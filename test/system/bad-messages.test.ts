import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { readyVideosOf, untilState, videoPath } from '../support/api-client.ts';
import { leftIn } from '../support/left-in.ts';
import { snapshotOf } from '../support/store-snapshot.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const [VIDEO = '', OTHER = ''] = readyVideosOf('ana');
const DELETION = '01936b4e-00ff-7000-8000-0000000000aa';
const SECRET = 'Bearer eyJhbGciOi';

/** What anybody who may write to the queue could send. */
const BAD = {
  'no JSON': `{"videoId": ${SECRET}`,
  nothing: ' ',
  'a list': JSON.stringify([{ videoId: OTHER, deletionId: DELETION }]),
  null: 'null',
  'no deletion': JSON.stringify({ videoId: OTHER }),
  'no video': JSON.stringify({ deletionId: DELETION }),
  'every video': JSON.stringify({ videoId: '*', deletionId: DELETION }),
  'an empty id': JSON.stringify({ videoId: '', deletionId: DELETION }),
  'a path': JSON.stringify({ videoId: `../${OTHER}`, deletionId: DELETION }),
  'an id in upper case': JSON.stringify({ videoId: OTHER.toUpperCase(), deletionId: DELETION }),
  'a number': JSON.stringify({ videoId: 1, deletionId: DELETION }),
  'a prototype': `{"__proto__": {"videoId": "${OTHER}"}, "deletionId": "${DELETION}"}`,
  'a video that nobody asked to delete': JSON.stringify({ videoId: OTHER, deletionId: DELETION }),
};

let system: TestSystem;
let client: SQSClient;
beforeAll(async () => {
  system = await openSystem();
  client = new SQSClient(clientSettings(system.parts.settings.AWS_ENDPOINT_URL_SQS ?? ''));
  // A message that is refused comes again after seconds, not after twelve minutes. A worker that is slow on a busy
  // machine must be done with a good one before that has come five times.
  const Attributes = { VisibilityTimeout: '4' };
  await client.send(new SetQueueAttributesCommand({ QueueUrl: system.settings.CLEANUP_QUEUE_URL, Attributes }));
});
afterAll(async () => {
  client?.destroy();
  await system?.stop();
});

async function deadLetters(): Promise<string[]> {
  const QueueUrl = system.settings.CLEANUP_DLQ_URL;
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body = '' }) => Body);
}

const refusals = () => system.logged.filter(({ message }) => message === 'message refused');

const send = (MessageBody: string) =>
  client.send(new SendMessageCommand({ QueueUrl: system.settings.CLEANUP_QUEUE_URL, MessageBody }));

test('bad messages are refused alone: the good one among them is worked on, they end among the dead letters', async () => {
  const sent: string[] = Object.values(BAD);
  const before = await snapshotOf(system);
  for (const body of sent) await send(body);
  await expect.poll(() => refusals().length).toBeGreaterThanOrEqual(sent.length);
  expect(await snapshotOf(system)).toEqual(before);

  const { body } = await system.call('DELETE', videoPath(VIDEO), { as: 'ana' });
  // Right but for one field more.
  sent.push(JSON.stringify({ videoId: VIDEO, deletionId: body.deletionId, prefix: `videos/${SECRET}` }));
  await send(sent.at(-1) ?? '');
  await untilState(system.call, VIDEO, 'deleted');
  expect(await leftIn(system, VIDEO)).toEqual({});
  expect(await leftIn(system, OTHER)).toMatchObject({ videos: 1, storage: 13 });

  const dead: string[] = [];
  await expect
    .poll(async () => dead.push(...(await deadLetters())), { interval: 200 })
    .toBeGreaterThanOrEqual(sent.length);
  expect(dead.sort()).toEqual(sent.sort());
  expect(refusals()).toHaveLength(5 * sent.length);
  expect(await waiting()).toBe('0');
});

/** How many messages the cleanup queue holds. */
async function waiting(): Promise<string | undefined> {
  const QueueUrl = system.settings.CLEANUP_QUEUE_URL;
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Attributes?.ApproximateNumberOfMessages;
}

test('what is logged of them is the message’s id and a code, nothing of what was in it', () => {
  for (const { level, fields } of refusals()) {
    expect(level).toBe('error');
    expect(Object.keys(fields).sort()).toEqual(['code', 'messageId']);
    expect(['Malformed', 'UnknownVideo']).toContain(fields.code);
  }
  const text = JSON.stringify(system.logged);
  for (const content of [SECRET, OTHER, OTHER.toUpperCase(), DELETION]) expect(text).not.toContain(content);
});
