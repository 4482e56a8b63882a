import { describe, expect, it } from 'vitest';
import { cleanupHandler } from '../../functions/cleanup.ts';
import { StepFailed } from '../../functions/deletion/errors.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { invalidateEdgeHandler } from '../../functions/invalidate-edge.ts';
import { lambdaContext } from '../../local/handlers/lambda-context.ts';
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

describe('a failed deletion', () => {
  /** Its attempts are used up, and the store has been mended since; the message that names it. */
  async function failed() {
    const video = await world.video();
    const { deletion } = await requestDeletion(world.ports, { callerId: video.ownerId, videoId: video.videoId });
    const { objects } = world.ports;
    world.ports.objects = { ...objects, deleteAll: () => Promise.reject(new StepFailed('AccessDenied')) };
    await world.settle();
    world.ports.objects = objects;
    expect(await world.ports.tombstones.find(video.videoId)).toMatchObject({ state: 'failed' });
    return { ...video, body: JSON.stringify(video.message(deletion.deletionId)) };
  }
  /** Delivers a message that the queue took at a time, in its own words. */
  async function deliver(body: string, SentTimestamp: string) {
    const { Records } = sqsEvent(body);
    const sent = Records.map((record) => ({ ...record, attributes: { ...record.attributes, SentTimestamp } }));
    return await cleanupHandler(() => world.ports)({ Records: sent }, context());
  }
  const later = (seconds: number) => `${world.ports.clock().getTime() + seconds * 1000}`;

  it.each([
    ['an old copy of its message', () => later(-3600)],
    ['a message without a time', () => ''],
    ['a message with a time that is none', () => 'soon'],
    ['a message with a time beyond time', () => '9'.repeat(20)],
  ])('is left alone by %s', async (_what, sentAt) => {
    const { videoId, body } = await failed();
    const before = await world.ports.tombstones.find(videoId);
    expect(await deliver(body, sentAt())).toEqual({ batchItemFailures: [] });
    expect(await world.ports.tombstones.find(videoId)).toEqual(before);
  });

  it('is replayed by a message that was moved back from the dead-letter queue, and ends', async () => {
    const { videoId, ownerId, body } = await failed();
    expect(await deliver(body, later(901))).toEqual({ batchItemFailures: [] });
    await world.settle();
    const { state, history } = (await world.ports.tombstones.find(videoId)) ?? {};
    expect(state).toBe('deleted');
    expect(history).toContainEqual(expect.objectContaining({ from: 'failed', to: 'running', by: 'redrive' }));
    expect(await world.left(videoId, ownerId)).toEqual({});
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
