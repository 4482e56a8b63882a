import { beforeEach, describe, expect, it } from 'vitest';
import { workOnEdge } from '../../../../functions/deletion/edge/work-on-edge.ts';
import type { Gate } from '../../../../functions/deletion/ports.ts';
import { undoDeletion } from '../../../../functions/deletion/requests/undo-deletion.ts';
import { deletionsIn, type Video } from '../../../support/deletions.ts';
import { gatedBy } from '../../../support/gated.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { find, request } = deletionsIn(world);
const { withGate, view, isInStore } = gatedBy(world);
const undo = ({ ownerId, videoId }: Video) => undoDeletion(world.ports, { callerId: ownerId, videoId });
const objectsOf = async ({ videoId }: Video) => (await world.inBucket(`videos/${videoId}/`)).length;

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
    expect(await workOnEdge(broken, [message])).toEqual([message]);
    expect(await workOnEdge(world.ports, [message])).toEqual([]);
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
    await workOnEdge(slow, [video.message(deletionId)]);
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
    await workOnEdge(world.ports, [video.message(first.deletionId), video.message(second.deletionId)]);
    expect(await view(video)).toBe(410);
    expect((await find(video)).edge).toMatchObject({ gatedAt: expect.any(String) });
    await world.settle();
    expect(await view(video)).toBe(410);
  });
});
