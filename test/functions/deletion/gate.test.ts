import { beforeEach, describe, expect, it } from 'vitest';
import { invalidateEdges } from '../../../functions/deletion/invalidate-edge.ts';
import type { Gate } from '../../../functions/deletion/ports.ts';
import { sweepDeletions } from '../../../functions/deletion/sweep-deletions.ts';
import { undoDeletion } from '../../../functions/deletion/undo-deletion.ts';
import { deletionsIn, type Video } from '../../support/deletions.ts';
import { useWorld } from '../../support/use-world.ts';

const world = useWorld();
const { find, request } = deletionsIn(world);

const TTL = 86_400;
const MARGIN = 600;
const TO_SWEEP = 120;

function withGate(mode: 'gate' | 'both', gate: Gate = world.viewers.gate): void {
  const rules = { ...world.ports.rules, gate: { ttlSeconds: TTL, invalidates: mode === 'both' } };
  Object.assign(world.ports, { gate, rules });
}
const undo = ({ ownerId, videoId }: Video) => undoDeletion(world.ports, { callerId: ownerId, videoId });
/** What a viewer gets who asks for the playlist, of which the edge has a copy. */
const view = async ({ videoId }: Video) => (await world.viewers.view(`/videos/${videoId}/playlist.m3u8`)).status;
const objectsOf = async ({ videoId }: Video) => (await world.inBucket(`videos/${videoId}/`)).length;
const isInStore = ({ videoId }: Video) => world.viewers.gateStore.has(videoId);

/** Ends what earlier tests have left under way, down to their keys in the store. */
async function endAll(): Promise<void> {
  for (const _what of ['the copies', 'the gate']) {
    world.advance(TTL + MARGIN + TO_SWEEP);
    await sweepDeletions(world.ports);
    await world.settle();
  }
  expect(world.viewers.gateStore.keys()).toEqual([]);
}

describe('a gate', () => {
  beforeEach(() => withGate('gate'));

  it('is closed inside the undo window, before any byte is gone; neighbours stay visible', async () => {
    const [video, neighbour] = [await world.video(), await world.video()];
    await request(video);
    expect(await view(video)).toBe(200);
    await world.turn();
    expect([await view(video), await view(neighbour)]).toEqual([410, 200]);
    expect((await world.viewers.view(`/uploads/${video.videoId}.mp4`)).status).toBe(410);
    expect(await find(video)).toMatchObject({ state: 'pending', edge: { gatedAt: expect.any(String) } });
    expect(await objectsOf(video)).toBe(9);
    await world.settle();
  });

  it('is waited for: a deletion that may begin touches nothing meanwhile, and spends no attempt', async () => {
    const video = await world.video();
    world.ports.gate = { ...world.viewers.gate, close: () => Promise.reject(new Error('The store is down')) };
    await request(video);
    world.advance(10);
    for (let seconds = 0; seconds < 55; seconds += 5) {
      await world.turn();
      world.advance(5);
    }
    expect(await find(video)).toMatchObject({ state: 'pending', attempts: 0 });
    expect(await objectsOf(video)).toBe(9);
    withGate('gate');
    await world.settle();
    expect(await objectsOf(video)).toBe(0);
  });

  it('that cannot be closed keeps the objects, and them alone, until it can', async () => {
    const video = await world.video();
    world.ports.gate = { ...world.viewers.gate, close: () => Promise.reject(new Error('The store is down')) };
    await request(video);
    world.advance(10 + 60);
    await world.turn();
    expect(await find(video)).toMatchObject({
      state: 'running',
      steps: { deleteObjects: { state: 'failed', error: 'GateNotClosed' }, deleteRows: { state: 'done' } },
    });
    expect(await objectsOf(video)).toBe(9);
    withGate('gate');
    await world.settle();
    expect(await objectsOf(video)).toBe(0);
    expect(await view(video)).toBe(410);
  });

  it('has messages delivered again that it could not be turned for', async () => {
    const video = await world.video();
    const { deletionId } = await request(video);
    const broken = { ...world.ports, gate: { ...world.viewers.gate, close: () => Promise.reject(new Error('down')) } };
    const message = video.message(deletionId);
    expect(await invalidateEdges(broken, [message])).toEqual([message]);
    expect(await invalidateEdges(world.ports, [message])).toEqual([]);
    expect(await view(video)).toBe(410);
    await world.settle();
  });

  it('is closed by the worker when the message of the request was lost', async () => {
    const video = await world.video();
    const whole = world.ports.edgeQueue;
    world.ports.edgeQueue = { send: () => Promise.reject(new Error('The queue is down')) };
    await request(video);
    Object.assign(world.ports, { edgeQueue: whole });
    await world.settle();
    expect(await find(video)).toMatchObject({ state: 'settling', edge: { gatedAt: expect.any(String) } });
  });
});

describe('a deletion behind a gate that invalidates nothing', () => {
  beforeEach(async () => {
    withGate('gate');
    await endAll();
  });

  async function settled(): Promise<Video> {
    const video = await world.video();
    await request(video);
    await world.settle();
    expect(await find(video)).toMatchObject({ state: 'settling', edge: { request: 0, paths: [] } });
    return video;
  }
  const secondsAfterGate = async (video: Video, seconds: number) => {
    const { edge } = await find(video);
    world.advance((Date.parse(edge?.gatedAt ?? '') - world.ports.clock().getTime()) / 1000 + seconds);
  };

  it('asks for no invalidation and waits for the longest-lived copy, without a message that circles', async () => {
    const video = await settled();
    await secondsAfterGate(video, TTL - 1);
    expect(await sweepDeletions(world.ports)).toBe(0);
    expect(world.queues.cleanup.messages()).toEqual([]);
    expect(await find(video)).toMatchObject({ state: 'settling', attempts: 1 });
    expect(await view(video)).toBe(410);

    await secondsAfterGate(video, TTL + TO_SWEEP);
    expect(await sweepDeletions(world.ports)).toBe(1);
    await world.turn();
    const { state, receipts, edge } = await find(video);
    expect(state).toBe('deleted');
    expect(edge?.callerReference).toBeUndefined();
    expect(JSON.parse(receipts[0] as string).edge).toEqual({ paths: 0, gatedAt: edge?.gatedAt });
  });

  it('has its key removed once the gate has stood a little longer, and nothing is due afterwards', async () => {
    const video = await settled();
    await secondsAfterGate(video, TTL + TO_SWEEP);
    await sweepDeletions(world.ports);
    await world.turn();
    expect(isInStore(video)).toBe(true);
    world.advance(MARGIN + TO_SWEEP);
    expect(await sweepDeletions(world.ports)).toBe(1);
    await world.turn();
    await world.turn();
    expect(isInStore(video)).toBe(false);
    expect(await find(video)).toMatchObject({
      state: 'deleted',
      edge: { openedAt: expect.any(String) },
      dueAt: undefined,
      sweepAt: undefined,
    });
  });

  it('keeps its event until it is sent, and the end of its gate all the same', async () => {
    const video = await settled();
    const { events } = world.ports;
    world.ports.events = { publish: () => Promise.reject(new Error('The bus is down')) };
    await secondsAfterGate(video, TTL + TO_SWEEP);
    await sweepDeletions(world.ports);
    await world.turn();
    expect((await find(video)).outbox).toHaveLength(1);
    Object.assign(world.ports, { events });
    world.advance(2 * TO_SWEEP);
    await sweepDeletions(world.ports);
    expect(await find(video)).toMatchObject({ outbox: [], sweepAt: expect.any(String) });
    world.advance(MARGIN + TO_SWEEP);
    await sweepDeletions(world.ports);
    await world.settle();
    expect(isInStore(video)).toBe(false);
  });
});

describe('a deletion behind a gate, with invalidations', () => {
  beforeEach(async () => {
    withGate('both');
    await endAll();
  });

  it('waits for the invalidation alone; its key goes when the longest-lived copy would have ended', async () => {
    const video = await world.video();
    await request(video);
    await world.turn();
    const gatedAt = (await find(video)).edge?.gatedAt;
    await world.settle();
    const { state, edge } = await find(video);
    expect(state).toBe('deleted');
    expect(edge).toMatchObject({ request: 1, completedAt: expect.any(String), gatedAt });
    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
    expect(isInStore(video)).toBe(true);
    world.advance(TTL - 1_000);
    expect(await sweepDeletions(world.ports)).toBe(0);
    world.advance(1_000 + MARGIN + TO_SWEEP);
    expect(await sweepDeletions(world.ports)).toBe(1);
    await world.settle();
    expect(isInStore(video)).toBe(false);
    expect(await find(video)).toMatchObject({ state: 'deleted', edge: { completedAt: edge?.completedAt } });
  });
});

describe('an undone deletion', () => {
  beforeEach(() => withGate('gate'));

  it('opens the gate at once', async () => {
    const video = await world.video();
    await request(video);
    await world.turn();
    await undo(video);
    await world.turn();
    expect(await view(video)).toBe(200);
    await world.settle();
    expect(await find(video)).toMatchObject({ state: 'cancelled', dueAt: undefined, hidden: false });
    expect(isInStore(video)).toBe(false);
  });

  it('opens the gate that was being closed at that moment', async () => {
    const video = await world.video();
    const { deletionId } = await request(video);
    for (const { receiptHandle } of world.queues.edge.receive()) world.queues.edge.delete(receiptHandle);
    const close: Gate['close'] = async (videoIds) => {
      await undo(video);
      await world.viewers.gate.close(videoIds);
    };
    const slow = { ...world.ports, gate: { ...world.viewers.gate, close } };
    await invalidateEdges(slow, [video.message(deletionId)]);
    expect(isInStore(video)).toBe(true);
    await world.turn();
    expect(isInStore(video)).toBe(false);
    expect(await view(video)).toBe(200);
    await world.settle();
  });

  it('stays due until the gate is open', async () => {
    const video = await world.video();
    await request(video);
    await world.turn();
    world.ports.gate = { ...world.viewers.gate, open: () => Promise.reject(new Error('The store is down')) };
    await undo(video);
    for (let minutes = 0; minutes < 5; minutes++) {
      await world.turn();
      world.advance(60);
    }
    expect(await find(video)).toMatchObject({ state: 'cancelled', dueAt: expect.any(String) });
    withGate('gate');
    await world.settle();
    expect((await find(video)).dueAt).toBeUndefined();
    expect(await view(video)).toBe(200);
  });

  it('does not open the gate of the deletion that was asked for next', async () => {
    const video = await world.video();
    const first = await request(video);
    await world.turn();
    await undo(video);
    const second = await request(video);
    await invalidateEdges(world.ports, [video.message(first.deletionId), video.message(second.deletionId)]);
    expect(await view(video)).toBe(410);
    expect((await find(video)).edge).toMatchObject({ gatedAt: expect.any(String) });
    await world.settle();
    expect(await view(video)).toBe(410);
  });
});
