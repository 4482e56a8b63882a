import { describe, expect, it } from 'vitest';
import { cleanupHandler } from '../../functions/cleanup.ts';
import { requestDeletion } from '../../functions/deletion/request-deletion.ts';
import { invalidateEdgeHandler } from '../../functions/invalidate-edge.ts';
import { lambdaContext } from '../../local/lambda-context.ts';
import { aVideoId } from '../support/a-tombstone.ts';
import { sqsEvent } from '../support/sqs-event.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();

const context = () => lambdaContext({ name: 'cleanup', timeoutSeconds: 600 });
const unknown = JSON.stringify({ videoId: aVideoId(), deletionId: aVideoId() });
const POISON: [what: string, body: string][] = [
  ['no JSON', '{"videoId"'],
  ['nothing', ''],
  ['no deletionId', JSON.stringify({ videoId: aVideoId() })],
  ['no videoId', JSON.stringify({ deletionId: aVideoId() })],
  ['one field more', JSON.stringify({ videoId: aVideoId(), deletionId: aVideoId(), prefix: 'videos/' })],
  ['a list', JSON.stringify([aVideoId()])],
  ['an id that climbs', JSON.stringify({ videoId: '../secret-place', deletionId: aVideoId() })],
  ['an id in upper case', JSON.stringify({ videoId: aVideoId().toUpperCase(), deletionId: aVideoId() })],
  ['a number', JSON.stringify({ videoId: 1, deletionId: aVideoId() })],
  ['a prototype', `{"__proto__":{"videoId":"${aVideoId()}"},"deletionId":"${aVideoId()}"}`],
];

describe.each([
  ['cleanup', () => cleanupHandler(() => world.ports)],
  ['invalidate-edge', () => invalidateEdgeHandler(() => world.ports)],
] as const)('F33 a message of another shape to %s', (_name, handler) => {
  it.each(POISON)('%s: it is refused alone, and logged without its content', async (_what, body) => {
    world.logged.length = 0;
    const answer = await handler()(sqsEvent(body), context());
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
    expect(world.logged).toEqual([
      { message: 'message refused', fields: { messageId: 'message-0', code: 'Malformed' } },
    ]);
  });
});

describe('F22 a batch with one bad message', () => {
  it('has the nine others done', async () => {
    const videos = [];
    for (let n = 0; n < 9; n++) videos.push(await world.video());
    const bodies: string[] = [];
    for (const { ownerId, videoId } of videos) {
      const { deletion } = await requestDeletion(world.ports, { callerId: ownerId, videoId });
      bodies.push(JSON.stringify({ videoId, deletionId: deletion.deletionId }));
    }
    world.advance(10);
    bodies.splice(4, 0, 'poison');
    const answer = await cleanupHandler(() => world.ports)(sqsEvent(...bodies), context());
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-4' }] });
    for (const { videoId } of videos) {
      expect(await world.ports.tombstones.find(videoId)).toMatchObject({ state: 'settling' });
      expect(await world.inBucket(`videos/${videoId}/`)).toEqual([]);
    }
  });

  it('refuses a message that names no deletion', async () => {
    const answer = await cleanupHandler(() => world.ports)(sqsEvent(unknown), context());
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
  });
});

describe('the edge queue', () => {
  it('takes a message that names no deletion for done: there is nothing to invalidate', async () => {
    const answer = await invalidateEdgeHandler(() => world.ports)(sqsEvent(unknown), context());
    expect(answer).toEqual({ batchItemFailures: [] });
  });

  it('has a message delivered again whose tombstone cannot be read', async () => {
    const broken = {
      ...world.ports,
      tombstones: { ...world.ports.tombstones, find: () => Promise.reject(new Error('down')) },
    };
    const answer = await invalidateEdgeHandler(() => broken)(sqsEvent(unknown), context());
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
  });
});
