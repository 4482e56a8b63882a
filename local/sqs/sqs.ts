import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type BuildAppOptions, buildApp } from 'fauxqs';
// fauxqs does not export its queues, so this imports an internal file. Its version is pinned.
import { SqsStore } from '../../node_modules/fauxqs/dist/sqs/sqsStore.js';
import { clientSettings } from '../aws/client-settings.ts';
import { answerOwnRequests } from '../own-requests.ts';
import { makeFair, type PlainQueue, withGroupsOf } from './fair-queue.ts';

/** As on AWS: a message that was received this often without being deleted is a poison message. */
const MAX_RECEIVE_COUNT = 5;

/** SQS's limits, in seconds and in characters. fauxqs does not enforce them. */
const LONGEST_DELAY = 900;
const LONGEST_GROUP_ID = 128;

const QUEUES = {
  cleanup: 'cleanup',
  cleanupDeadLetters: 'cleanup-dead-letters',
  edge: 'edge',
  edgeDeadLetters: 'edge-dead-letters',
} as const;

/** Stands in for SQS, including fair queues. The queue depths that it reports may be wrong between two receives. */
export type LocalSqs = {
  endpoint: string;
  /** The URLs of the queues. */
  queues: Record<keyof typeof QUEUES, string>;
  stop(): Promise<void>;
};

/**
 * Starts fauxqs on a free loopback port, with our queues. Messages are in memory. When they are lost with the process,
 * the sweeper sends them again.
 * @param options.visibilitySeconds how long a received message stays invisible
 * @param options.clock milliseconds, for tests of fairness
 */
export async function startSqs(options: { visibilitySeconds?: number; clock?: () => number } = {}): Promise<LocalSqs> {
  const { visibilitySeconds = 30, clock } = options;
  const sqsStore = new SqsStore();
  const app = buildApp({ logger: false, stores: { sqsStore } as BuildAppOptions['stores'] });
  answerOwnRequests(app.server);
  app.addHook('preHandler', (request, _reply, done) => withGroupsOf(request.body, done));
  app.addHook('preHandler', async (request, reply) => {
    const reason = refusalOf(request.body);
    if (reason === undefined) return;
    await reply.code(400).send({ __type: 'com.amazonaws.sqs#InvalidParameterValue', message: reason });
  });
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  const client = new SQSClient(clientSettings(endpoint));
  const stop = async () => {
    client.destroy();
    await app.close();
  };
  try {
    await createPair(client, QUEUES.cleanup, QUEUES.cleanupDeadLetters, visibilitySeconds);
    await createPair(client, QUEUES.edge, QUEUES.edgeDeadLetters, visibilitySeconds);
  } catch (error) {
    await stop();
    throw error;
  }
  for (const queue of sqsStore.allQueues()) makeFair(queue as PlainQueue, clock);
  return { endpoint, queues: urlsAt(endpoint), stop };
}

async function createPair(client: SQSClient, name: string, deadLetters: string, visibilitySeconds: number) {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: deadLetters }));
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const redrive = { deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: MAX_RECEIVE_COUNT };
  await client.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: { VisibilityTimeout: String(visibilitySeconds), RedrivePolicy: JSON.stringify(redrive) },
    }),
  );
}

/**
 * fauxqs finds a queue by the end of its URL. The host that it would write into the URL needs a special name server.
 */
function urlsAt(endpoint: string): LocalSqs['queues'] {
  const entries = Object.entries(QUEUES).map(([key, name]) => [key, `${endpoint}/000000000000/${name}`]);
  return Object.fromEntries(entries) as LocalSqs['queues'];
}

/** Why SQS would refuse the request where fauxqs accepts it. */
function refusalOf(body: unknown): string | undefined {
  const { DelaySeconds = 0, MessageGroupId = '' } = (body ?? {}) as { DelaySeconds?: number; MessageGroupId?: string };
  if (!Number.isInteger(DelaySeconds) || DelaySeconds < 0 || DelaySeconds > LONGEST_DELAY) {
    return `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`;
  }
  if (MessageGroupId.length > LONGEST_GROUP_ID)
    return 'Value for parameter MessageGroupId is invalid. Reason: It is too long.';
  return undefined;
}
