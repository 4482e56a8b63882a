import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { createSqsQueue } from '../../../../functions/stores/sqs/sqs-queue.ts';
import { clientSettings } from '../../../../local/aws/client-settings.ts';
import { startSqs } from '../../../../local/sqs/sqs.ts';
import { queueContract } from '../../../contracts/queue.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';

queueContract(async () => {
  const { endpoint, queues, stop } = await startSqs({ visibilitySeconds: 3 });
  const client = new SQSClient(clientSettings(endpoint));
  const receiveFrom = async (QueueUrl: string, WaitTimeSeconds: number) => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      WaitTimeSeconds,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    const { Messages = [] } = await client.send(command);
    return Messages.map(({ Body = '', ReceiptHandle = '', Attributes }) => ({
      message: JSON.parse(Body),
      receiveCount: Number(Attributes?.ApproximateReceiveCount),
      receiptHandle: ReceiptHandle,
    }));
  };
  return {
    queue: createSqsQueue(client, { url: queues.cleanup }),
    receive: (waitSeconds) => receiveFrom(queues.cleanup, waitSeconds),
    async delete(ReceiptHandle) {
      await client.send(new DeleteMessageCommand({ QueueUrl: queues.cleanup, ReceiptHandle }));
    },
    async changeVisibility(ReceiptHandle, VisibilityTimeout) {
      const entry = { QueueUrl: queues.cleanup, ReceiptHandle, VisibilityTimeout };
      await client.send(new ChangeMessageVisibilityCommand(entry));
    },
    deadLetters: async () => (await receiveFrom(queues.cleanupDeadLetters, 0)).map(({ message }) => message),
    async close() {
      client.destroy();
      await stop();
    },
  };
});

describe('what is sent to SQS', () => {
  it.each([
    { delaySeconds: undefined, sent: 0 },
    { delaySeconds: 12.1, sent: 13 },
    { delaySeconds: 901, sent: 900 },
  ])('is the two ids, the group and the delay ($delaySeconds → $sent)', async ({ delaySeconds, sent }) => {
    const client = new SQSClient({ region: 'eu-west-1' });
    const wire = mockClient(client);
    const videoId = aVideoId();
    const message = { videoId, deletionId: 'd-1', title: 'not for the queue' };
    await createSqsQueue(client, { url: 'https://queue' }).send(message, { groupId: 'owner-1', delaySeconds });
    expect(wire.commandCalls(SendMessageCommand)[0]?.args[0].input).toEqual({
      QueueUrl: 'https://queue',
      MessageBody: `{"videoId":"${videoId}","deletionId":"d-1"}`,
      MessageGroupId: 'owner-1',
      DelaySeconds: sent,
    });
  });
});
