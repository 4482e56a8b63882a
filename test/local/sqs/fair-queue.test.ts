import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { clientSettings } from '../../../local/aws/client-settings.ts';
import { type LocalSqs, startSqs } from '../../../local/sqs/sqs.ts';

let now: number;
let sqs: LocalSqs;
let client: SQSClient;
let QueueUrl: string;
beforeEach(async () => {
  now = 1_000_000;
  sqs = await startSqs({ clock: () => now });
  client = new SQSClient(clientSettings(sqs.endpoint));
  QueueUrl = sqs.queues.cleanup;
});
afterEach(async () => {
  vi.useRealTimers();
  client.destroy();
  await sqs.stop();
});

const seconds = (count: number) => count * 1000;

/** Sends messages with these bodies; the group is the letter that one begins with, `-` for none. */
async function send(...bodies: string[]): Promise<void> {
  for (const MessageBody of bodies) {
    const group = MessageBody.startsWith('-') ? {} : { MessageGroupId: MessageBody[0] };
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...group }));
  }
}

async function receive(most = 1): Promise<Message[]> {
  const names = { MessageSystemAttributeNames: ['MessageGroupId' as const] };
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: most, ...names }),
  );
  return Messages;
}

/** Receives one after the other and deletes each at once; their bodies. */
async function workOff(count: number): Promise<string[]> {
  const bodies: string[] = [];
  for (let n = 0; n < count; n++) {
    for (const { Body = '', ReceiptHandle } of await receive()) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      bodies.push(Body);
    }
  }
  return bodies;
}

it('delivers a message of a quiet group before the backlog of the one that has the consumers', async () => {
  await send('a1', 'a2', 'a3', 'a4');
  await receive();
  now += seconds(10);
  await send('b1');
  expect(await workOff(4)).toEqual(['b1', 'a2', 'a3', 'a4']);
});

it('remembers who had the consumers a moment ago', async () => {
  await send('a1', 'a2', 'a3');
  const [first] = await receive();
  now += seconds(10);
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
  now += seconds(290);
  await send('a4', 'b1');
  expect(await workOff(4)).toEqual(['b1', 'a2', 'a3', 'a4']);
});

it('lets a group be quiet again once its backlog is drained', async () => {
  await send('a1');
  const [first] = await receive();
  now += seconds(10);
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
  await send('a2', 'b1');
  expect(await workOff(2)).toEqual(['a2', 'b1']);
});

it('lets a group be quiet again after five minutes in which it sent nothing', async () => {
  await send('a1', 'a2');
  await receive();
  now += seconds(301);
  await send('b1');
  expect(await workOff(2)).toEqual(['a2', 'b1']);
});

it('among noisy groups, prefers the one with the fewest in flight', async () => {
  await send('a1', 'a2', 'b1', 'a3', 'b2');
  await receive(3);
  now += seconds(10);
  expect(await workOff(2)).toEqual(['b2', 'a3']);
});

it('takes messages without a group each for a group of its own, in their order', async () => {
  await send('-1', '-2', 'a1', 'a2');
  await receive();
  now += seconds(10);
  expect(await workOff(3)).toEqual(['-2', 'a1', 'a2']);
});

it('puts what has become due in its place', async () => {
  await send('a1', 'a2');
  await receive();
  now += seconds(10);
  const Entries = [{ Id: '1', MessageBody: 'b1', MessageGroupId: 'b', DelaySeconds: 1 }];
  await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds(2) });
  expect(await workOff(2)).toEqual(['b1', 'a2']);
});

it('tells who receives a message which group it is of', async () => {
  await send('a1', '-1');
  expect((await receive(2)).map(({ Attributes }) => Attributes?.MessageGroupId)).toEqual(['a', undefined]);
});
