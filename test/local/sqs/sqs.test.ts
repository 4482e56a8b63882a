import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { clientSettings } from '../../../local/aws/client-settings.ts';
import { startSqs } from '../../../local/sqs/sqs.ts';

it('refuses what SQS refuses and fauxqs would take', async () => {
  const { endpoint, queues, stop } = await startSqs();
  const client = new SQSClient(clientSettings(endpoint));
  const send = (input: { DelaySeconds?: number; MessageGroupId?: string }) =>
    client.send(new SendMessageCommand({ QueueUrl: queues.edge, MessageBody: '{}', ...input }));
  try {
    await expect(send({ DelaySeconds: 901 })).rejects.toThrow(/DelaySeconds/);
    await expect(send({ DelaySeconds: 0.5 })).rejects.toThrow(/DelaySeconds/);
    await expect(send({ MessageGroupId: 'x'.repeat(129) })).rejects.toThrow(/MessageGroupId/);
    await expect(send({ DelaySeconds: 900, MessageGroupId: 'x'.repeat(128) })).resolves.toHaveProperty('MessageId');
  } finally {
    client.destroy();
    await stop();
  }
});
