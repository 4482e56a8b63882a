import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanupHandler } from '../../functions/cleanup.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { invalidateEdgeHandler } from '../../functions/invalidate-edge.ts';
import { lambdaContext } from '../../local/handlers/lambda-context.ts';
import { openMemoryWorld } from '../support/memory-world.ts';
import { sqsEvent } from '../support/sqs-event.ts';
import { badMessage } from './hostile-input.ts';

const RUNS = 200;
const PATIENCE = 120_000;
const context = () => lambdaContext({ name: 'fuzzed', timeoutSeconds: 600 });
/** Bad messages, and at which place among them the good one stands. */
const batch = fc.tuple(fc.array(badMessage, { minLength: 1, maxLength: 9 }), fc.nat(9));

/** A world with a deletion that is due, the message that asks for it, and all that is logged. */
async function worldWithDeletion() {
  const world = openMemoryWorld();
  const video = await world.video();
  const { deletion } = await requestDeletion(world.ports, { callerId: video.ownerId, videoId: video.videoId });
  world.advance(10);
  const logged: { message: string; fields: object }[] = [];
  const log = (message: string, fields: object = {}) => void logged.push({ message, fields });
  world.ports.log = { info: log, warn: log, error: log };
  return { world, video, good: JSON.stringify(video.message(deletion.deletionId)), logged };
}

/** Of all that is said of a bad message: its id and a code. */
const refusalOf = (messageId: string) => ({
  message: 'message refused',
  fields: { messageId, code: expect.stringMatching(/^(Malformed|UnknownVideo)$/) },
});

test('F33 messages of every shape to cleanup: each is refused alone, and the batch goes on', {
  timeout: PATIENCE,
}, async ({ annotate }) => {
  let messages = 0;
  const property = fc.asyncProperty(batch, async ([bad, place]) => {
    const { world, video, good, logged } = await worldWithDeletion();
    const others = world.othersThan([video]);
    // The last is the good one, but for one field more.
    const bodies = [...bad.toSpliced(place, 0, good), JSON.stringify({ ...JSON.parse(good), prefix: 'videos/' })];
    messages += bodies.length - 1;
    const answer = await cleanupHandler(() => world.ports)(sqsEvent(...bodies), context());
    const refused = bodies.flatMap((body, index) => (body === good ? [] : [`message-${index}`]));
    expect(answer).toEqual({ batchItemFailures: refused.map((itemIdentifier) => ({ itemIdentifier })) });
    expect(logged.filter((line) => !JSON.stringify(line.fields).includes(video.videoId))).toEqual(
      refused.map(refusalOf),
    );
    expect((await world.ports.tombstones.find(video.videoId))?.state).toBe('settling');
    expect(world.left(video.videoId)).toEqual({ edge: 1, video_stats: 1 });
    expect(world.othersThan([video])).toEqual(others);
  });
  await fc.assert(property, { numRuns: RUNS });
  await annotate(
    `${messages} bad messages in ${RUNS} batches: each refused alone, logged as id and code; every good one worked on`,
  );
});

test('F33 messages of every shape to invalidate-edge: each is refused alone, and the batch goes on', {
  timeout: PATIENCE,
}, async ({ annotate }) => {
  let messages = 0;
  const property = fc.asyncProperty(batch, async ([bad, place]) => {
    const { world, video, good, logged } = await worldWithDeletion();
    await cleanupHandler(() => world.ports)(sqsEvent(good), context());
    logged.length = 0;
    const bodies = bad.toSpliced(place, 0, good);
    messages += bad.length;
    const answer = await invalidateEdgeHandler(() => world.ports)(sqsEvent(...bodies), context());
    // One that names no deletion has nothing to invalidate: it is done.
    for (const { itemIdentifier } of answer.batchItemFailures)
      expect(itemIdentifier).not.toBe(`message-${bodies.indexOf(good)}`);
    const refused = logged.filter(({ message }) => message === 'message refused');
    expect(refused).toEqual(answer.batchItemFailures.map(({ itemIdentifier }) => refusalOf(itemIdentifier)));
    expect(logged.length - refused.length).toBe(1);
    expect(await world.ports.tombstones.find(video.videoId)).toHaveProperty('edge.invalidationId');
  });
  await fc.assert(property, { numRuns: RUNS });
  await annotate(
    `${messages} bad messages in ${RUNS} batches: refused alone or nothing to do; every good one asked the edge`,
  );
});
