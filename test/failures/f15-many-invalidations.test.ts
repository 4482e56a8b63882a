import { CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { expect, test } from 'vitest';
import type { Edge } from '../../functions/deletion/ports.ts';
import { invalidateEdgeHandler } from '../../functions/invalidate-edge.ts';
import { lambdaContext } from '../../local/handlers/lambda-context.ts';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { sqsEvent } from '../support/sqs-event.ts';
import { useWorld } from '../support/use-world.ts';

const DELETIONS = 50;
/** CloudFront's quota of wildcards in progress, all of which somebody else has taken. */
const WILDCARDS = 15;
const BATCH = 50;

const world = useWorld();
const { due, find, expectGone } = deletionsIn(world);

/** Fifteen wildcards of others are in progress until somebody completes them. */
async function fillQuota(): Promise<void> {
  for (let n = 0; n < WILDCARDS; n++) {
    const InvalidationBatch = { CallerReference: `other-${n}`, Paths: { Quantity: 1, Items: [`/other/${n}/*`] } };
    const DistributionId = world.viewers.local.distributionId;
    await world.viewers.client.send(new CreateInvalidationCommand({ DistributionId, InvalidationBatch }));
  }
}

/** Counts what the edge takes and what it refuses. */
function countInvalidations() {
  const counts = { taken: 0, refused: 0, mostTogether: 0 };
  const { edge } = world.ports;
  const invalidate: Edge['invalidate'] = async (paths, reference) => {
    try {
      const taken = await edge.invalidate(paths, reference);
      counts.taken += 1;
      counts.mostTogether = Math.max(counts.mostTogether, paths.filter((path) => path.endsWith('*')).length);
      return taken;
    } catch (error) {
      counts.refused += 1;
      throw error;
    }
  };
  world.ports.edge = { ...edge, invalidate };
  return counts;
}

/**
 * Runs the function of the edge queue once, with all visible messages. @returns how many messages it reported as failed
 */
async function deliverEdge(): Promise<number> {
  const deliveries = world.queues.edge.receive(BATCH);
  const bodies = deliveries.map(({ message }) => JSON.stringify(message));
  const context = lambdaContext({ name: 'invalidate-edge', timeoutSeconds: 60 });
  const { batchItemFailures } = await invalidateEdgeHandler(() => world.ports)(sqsEvent(...bodies), context);
  for (const { receiptHandle } of deliveries) world.queues.edge.delete(receiptHandle);
  return batchItemFailures.length;
}

const asked = async (videos: readonly Video[]) => {
  const edges = await Promise.all(videos.map(async (video) => (await find(video)).edge));
  return edges.filter((edge) => edge?.invalidationId).length;
};

/** Fifty deletions that have emptied the origin, and the message of each on the edge queue: none was delivered yet. */
async function askingAtOnce(): Promise<Video[]> {
  const videos: Video[] = [];
  for (let n = 0; n < DELETIONS; n++) videos.push(await world.video());
  for (const video of videos) await due(video);
  const { edgeQueue } = world.ports;
  let asked = 0;
  world.ports.edgeQueue = { send: async () => void asked++ };
  while (asked < DELETIONS) await world.turn();
  world.ports.edgeQueue = edgeQueue;
  for (const { videoId, ownerId } of videos) {
    const { deletionId } = await find({ videoId });
    await edgeQueue?.send({ videoId, deletionId }, { groupId: ownerId });
  }
  return videos;
}

test('F15 fifty deletions at once, while the edge takes no more invalidations', async ({ annotate }) => {
  const videos = await askingAtOnce();
  await fillQuota();
  const counts = countInvalidations();
  for (let round = 0; round < 5; round++) {
    expect(await deliverEdge()).toBe(0);
    expect(world.queues.edge.messages(), 'none is dropped').toHaveLength(DELETIONS);
    world.advance(30);
  }
  expect([await asked(videos), counts.taken]).toEqual([0, 0]);
  const { refused } = counts;
  expect(refused).toBeGreaterThan(0);

  for (let rounds = 0; (await asked(videos)) < DELETIONS; rounds++) {
    expect(rounds, 'each time that the edge has room, some get in').toBeLessThan(20);
    world.viewers.local.completeInvalidations();
    expect(await deliverEdge()).toBe(0);
    world.advance(30);
  }
  expect(counts.mostTogether).toBeLessThanOrEqual(WILDCARDS);
  expect(counts.taken).toBe(Math.ceil(DELETIONS / WILDCARDS));
  await world.settle();
  for (const video of videos) await expectGone(video);
  await annotate(`${DELETIONS} deletions, ${refused} refusals: merged into ${counts.taken} invalidations, 0 dropped`);
});
