import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Queue } from '../../deletion/ports.ts';
import { attributesOf } from './deletion-messages.ts';

/** The longest delay of a message, in seconds (SQS quota). */
const LONGEST_DELAY = 900;

/**
 * A standard queue of SQS. The group id makes it a fair queue: an owner with many deletions does not make others wait.
 * Errors of the SDK pass through. A message whose send ended in an error may have arrived.
 */
export function createSqsQueue(client: SQSClient, { url }: { url: string }): Queue {
  return {
    async send({ videoId, deletionId }, { delaySeconds = 0, groupId, ...marks }) {
      const attributes = attributesOf(marks);
      await client.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: JSON.stringify({ videoId, deletionId }),
          MessageGroupId: groupId,
          ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
          DelaySeconds: Math.min(Math.max(Math.ceil(delaySeconds), 0), LONGEST_DELAY),
        }),
      );
    },
  };
}
