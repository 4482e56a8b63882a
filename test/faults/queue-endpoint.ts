import { createHash, randomUUID } from 'node:crypto';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { answerAwsJson, textOf } from '../../local/aws/aws-json.ts';
import { listenOnLoopback } from '../../local/loopback.ts';
import type { MemoryQueue } from '../support/memory-queue.ts';

/** SendMessage of SQS into queues in memory, whose time the test moves. A queue is named by the end of its URL. */
export async function startQueueEndpoint(queueNamed: (name: string) => MemoryQueue) {
  const sendMessage = async (input: Record<string, unknown>) => {
    const body = textOf(input, 'MessageBody');
    const { videoId, deletionId } = JSON.parse(body) as { videoId: string; deletionId: string };
    const queue = queueNamed(textOf(input, 'QueueUrl').split('/').at(-1) ?? '');
    const delivery = { delaySeconds: Number(input.DelaySeconds ?? 0), groupId: textOf(input, 'MessageGroupId') };
    await queue.send({ videoId: parseVideoId(videoId), deletionId }, delivery);
    return { MessageId: randomUUID(), MD5OfMessageBody: createHash('md5').update(body).digest('hex') };
  };
  const { url, close } = await listenOnLoopback(answerAwsJson({ 'AmazonSQS.SendMessage': sendMessage }));
  return { endpoint: url, stop: close };
}
