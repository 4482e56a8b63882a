import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cleanupHandler } from '../../functions/cleanup.ts';
import type { Ports } from '../../functions/deletion/ports.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { startQueuePoller } from '../../local/sqs/queue-poller.ts';
import { type LocalSqs, startSqs } from '../../local/sqs/sqs.ts';
import { aVideoId } from '../support/a-tombstone.ts';
import { useWorld } from '../support/use-world.ts';

/** As the deployed queue has it. */
const MAX_RECEIVES = 5;

const world = useWorld();
let sqs: LocalSqs;
let client: SQSClient;
beforeEach(async () => {
  sqs = await startSqs({ visibilitySeconds: 1 });
  client = new SQSClient(clientSettings(sqs.endpoint));
});
afterEach(async () => {
  client?.destroy();
  await sqs?.stop();
});

/** Nine deletions that are due, and the messages that ask for them. */
async function nineDeletions() {
  const videos = await Promise.all(Array.from({ length: 9 }, () => world.video()));
  const bodies: string[] = [];
  for (const { ownerId, videoId } of videos) {
    const { deletion } = await requestDeletion(world.ports, { callerId: ownerId, videoId });
    bodies.push(JSON.stringify({ videoId, deletionId: deletion.deletionId }));
  }
  world.advance(10);
  return { videos, bodies };
}

async function send(bodies: string[]): Promise<void> {
  const Entries = bodies.map((MessageBody, index) => ({ Id: `${index}`, MessageBody }));
  await client.send(new SendMessageBatchCommand({ QueueUrl: sqs.queues.cleanup, Entries }));
}

/** Takes what is among the dead letters. */
async function takeDeadLetters(): Promise<string[]> {
  const QueueUrl = sqs.queues.cleanupDeadLetters;
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  for (const { ReceiptHandle } of Messages) await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body = '' }) => Body);
}

/** A deletion whose record nobody can read: whoever works on it fails, every time. */
const UNREADABLE = { videoId: aVideoId(), deletionId: aVideoId() };
const unreadable = ({ tombstones }: Ports): Ports['tombstones'] => ({
  ...tombstones,
  find: (videoId) =>
    videoId === UNREADABLE.videoId ? Promise.reject(new Error('Malformed')) : tombstones.find(videoId),
});

test.for([
  ['is of another shape', JSON.stringify({ videoId: '*', deletionId: UNREADABLE.deletionId })],
  ['fails whoever works on it', JSON.stringify(UNREADABLE)],
] as const)(
  'F22 one of ten messages %s: the nine are done, it alone ends among the dead letters',
  async ([, bad], { annotate }) => {
    const { videos, bodies } = await nineDeletions();
    world.ports.tombstones = unreadable({ ...world.ports });
    bodies.splice(4, 0, bad);
    await send(bodies);
    const received: string[][] = [];
    const work = cleanupHandler(() => world.ports);
    const poller = startQueuePoller({
      client,
      queueUrl: sqs.queues.cleanup,
      name: 'cleanup',
      log: world.ports.log,
      batchSize: 10,
      concurrency: 1,
      handler: async (event, context) => {
        received.push(event.Records.map(({ body }) => body));
        return await work(event, context);
      },
    });
    const dead: string[] = [];
    try {
      await expect.poll(async () => dead.push(...(await takeDeadLetters()))).toBe(1);
    } finally {
      await poller.stop();
    }
    expect(dead).toEqual([bad]);
    // All ten came in one batch; after that, only the bad one came again.
    expect(received.map((batch) => batch.toSorted())).toEqual([
      bodies.toSorted(),
      ...Array(MAX_RECEIVES - 1).fill([bad]),
    ]);
    await world.settle();
    for (const { videoId, ownerId } of videos) {
      expect((await world.ports.tombstones.find(videoId))?.state).toBe('deleted');
      expect(await world.left(videoId, ownerId)).toEqual({});
    }
    await annotate(`9 of 10 deleted; the bad one received ${MAX_RECEIVES} times, then 1 dead letter, word for word`);
  },
);
