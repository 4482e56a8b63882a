import { expect, test } from 'vitest';
import { cleanupHandler } from '../../functions/cleanup.ts';
import type { DeletionMessage } from '../../functions/deletion/ports.ts';
import { lambdaContext } from '../../local/handlers/lambda-context.ts';
import { createBarrier } from '../support/barrier.ts';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { sqsEvent } from '../support/sqs-event.ts';
import { useWorld } from '../support/use-world.ts';

const COPIES = 5;
const context = () => lambdaContext({ name: 'cleanup', timeoutSeconds: 120 });

const world = useWorld();
const { due, find, receipt, expectGone } = deletionsIn(world);

/** The Lambda function itself, on a batch of this one message. */
const deliver = (message: DeletionMessage) =>
  cleanupHandler(() => world.ports)(sqsEvent(JSON.stringify(message)), context());

/**
 * Gives every delivery to this many workers at once, until there is none left. @returns the failures that they reported
 */
async function workTogether(message: DeletionMessage, workers: number): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (let turns = 0; (await find(message)).state !== 'deleted'; turns++) {
    if (turns > 100) throw new Error('The deletion never comes to an end');
    const answers = await Promise.all(Array.from({ length: workers }, () => deliver(message)));
    failures.push(...answers.flatMap(({ batchItemFailures }) => batchItemFailures));
    await world.turn();
    world.advance(300);
  }
  await world.settle();
  return failures;
}

const countsOf = async (video: Video) => (await receipt(video)).counts;

test('F2 five deliveries at once, at every pass, give one receipt with the counts of a single worker', async ({
  annotate,
}) => {
  const [alone, crowded] = [await world.video(), await world.video()];
  expect(await workTogether(await due(alone), 1)).toEqual([]);
  expect(await workTogether(await due(crowded), COPIES)).toEqual([]);
  await expectGone(crowded);
  expect(await countsOf(crowded)).toEqual(await countsOf(alone));
  expect(await find(crowded)).toMatchObject({ attempts: 1, interrupted: 0 });
  const events = world.published.filter((event) => (event as DeletionMessage).videoId === crowded.videoId);
  expect(events).toHaveLength(1);
  await annotate(`${COPIES} workers on one message: 1 receipt, 1 event, counts as of one worker, 0 errors`);
});

test('F2 a second worker inside the same batch ends without an error, and nothing is counted twice', async ({
  annotate,
}) => {
  const video = await world.video();
  const message = await due(video);
  const inside = createBarrier();
  world.s3.faults.onRequest(({ operation, phase }) =>
    operation === 'DeleteObjects' && phase === 'before' ? inside.pass() : undefined,
  );
  const first = deliver(message);
  await inside.arrived(1);
  world.advance(world.ports.rules.leaseSeconds + 1);
  const second = deliver(message);
  await inside.arrived(2);
  inside.open();
  expect(await Promise.all([first, second])).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }]);
  await world.settle();
  await expectGone(video);
  const { counts, resolved, exceptions } = await receipt(video);
  expect(counts.deleteObjects).toMatchObject({ objects: 6, versions: 2, deleteMarkers: 1, uploads: 1 });
  expect(counts.deleteRows).toMatchObject({ videos: 1, views: 3, votes: 1 });
  expect(resolved).toEqual({ reports: 1 });
  expect(exceptions, 'the lease that was lost is told').toEqual({
    interruptedPasses: 1,
    atLeast: ['deleteObjects', 'deleteRows', 'invalidateCache'],
  });
  await annotate('2 workers inside one DeleteObjects: 1 receipt, nothing counted twice');
});
