import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { clientSettings } from '../../../local/aws/client-settings.ts';
import { type LocalSqs, startSqs } from '../../../local/sqs/sqs.ts';
import { PATIENCE } from '../../support/patience.ts';

let sqs: LocalSqs;
let client: SQSClient;
beforeAll(async () => {
  sqs = await startSqs();
  client = new SQSClient(clientSettings(sqs.endpoint));
});
afterAll(async () => {
  client.destroy();
  await sqs.stop();
});

async function arnOf(queue: keyof LocalSqs['queues']): Promise<string> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: sqs.queues[queue], AttributeNames: ['QueueArn'] }),
  );
  return Attributes?.QueueArn ?? '';
}

const send = (queue: keyof LocalSqs['queues'], MessageBody: string) =>
  client.send(new SendMessageCommand({ QueueUrl: sqs.queues[queue], MessageBody }));
const start = (input: { SourceArn: string; DestinationArn?: string }) =>
  client.send(new StartMessageMoveTaskCommand(input));

async function received(queue: keyof LocalSqs['queues']) {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: sqs.queues[queue],
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageSystemAttributeNames: ['SentTimestamp'],
    }),
  );
  return Messages;
}

async function finished(SourceArn: string) {
  return await vi.waitFor(async () => {
    const { Results = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn }));
    expect(Results[0]?.Status).toBe('COMPLETED');
    return Results;
  }, PATIENCE);
}

test('every message goes to the queue that is named, as a new one', async () => {
  const [source, destination] = [await arnOf('cleanupDeadLetters'), await arnOf('edge')];
  const bodies = Array.from({ length: 12 }, (_, n) => `message ${n}`);
  for (const body of bodies) await send('cleanupDeadLetters', body);
  const before = Date.now();
  const { TaskHandle } = await start({ SourceArn: source, DestinationArn: destination });
  expect(TaskHandle).toMatch(/./);
  const [task, ...others] = await finished(source);
  expect(others).toEqual([]);
  expect(task).toMatchObject({ SourceArn: source, DestinationArn: destination, ApproximateNumberOfMessagesMoved: 12 });
  expect(await received('cleanupDeadLetters')).toEqual([]);
  expect(await received('cleanup')).toEqual([]);
  const moved = await received('edge');
  expect(moved.length).toBeGreaterThan(0);
  for (const { Body, Attributes } of moved) {
    expect(bodies).toContain(Body);
    expect(Number(Attributes?.SentTimestamp)).toBeGreaterThanOrEqual(before);
  }
});

test('without a destination, they go back to where they came from', async () => {
  const source = await arnOf('edgeDeadLetters');
  await send('edgeDeadLetters', 'back');
  await start({ SourceArn: source });
  const [task] = await finished(source);
  expect(task?.DestinationArn).toBe(await arnOf('edge'));
  const bodies = (await received('edge')).map(({ Body }) => Body);
  expect([...bodies, ...(await received('edge')).map(({ Body }) => Body)]).toContain('back');
});

test('refuses what SQS refuses', async () => {
  const source = await arnOf('cleanupDeadLetters');
  await expect(start({ SourceArn: `${source}-2` })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(start({ SourceArn: source, DestinationArn: `${source}-2` })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  const noDeadLetters = await arnOf('cleanup');
  await expect(start({ SourceArn: noDeadLetters })).rejects.toThrow(/must be configured as a Dead Letter Queue/);
});

test('one task at a time for each queue, and the newest is listed first', async () => {
  const source = await arnOf('cleanupDeadLetters');
  for (let n = 0; n < 30; n++) await send('cleanupDeadLetters', `more ${n}`);
  const outcomes = await Promise.allSettled([start({ SourceArn: source }), start({ SourceArn: source })]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = outcomes.find((outcome) => outcome.status === 'rejected');
  expect(refused?.reason).toMatchObject({ name: 'UnsupportedOperation' });
  await finished(source);
  const { Results = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: source, MaxResults: 2 }));
  expect(Results.map(({ ApproximateNumberOfMessagesMoved: moved }) => moved)).toEqual([30, 12]);
});
