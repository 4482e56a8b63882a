import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Queue } from '../../deletion/ports.ts';

/** SQS's own limit for a message's delay, in seconds. */
const LONGEST_DELAY = 900;

/**
 * A standard queue of SQS. The group id makes it a fair one: an owner with many deletions does not keep others waiting.
 * Errors of the SDK pass through; a send that ended in one may have arrived.
 */
export function createSqsQueue(client: SQSClient, { url }: { url: string }): Queue {
  return {
    async send({ videoId, deletionId }, { delaySeconds = 0, groupId }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: JSON.stringify({ videoId, deletionId }),
          MessageGroupId: groupId,
          DelaySeconds: Math.min(Math.max(Math.ceil(delaySeconds), 0), LONGEST_DELAY),
        }),
      );
    },
  };
}
