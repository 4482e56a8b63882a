import { beforeEach, describe, expect, it } from 'vitest';
import { sweepDeletions } from '../../../../functions/deletion/work/sweep-deletions.ts';
import { deletionsIn, type Video } from '../../../support/deletions.ts';
import { gatedBy, MARGIN, TO_SWEEP, TTL } from '../../../support/gated.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { find, request } = deletionsIn(world);
const { withGate, view, isInStore, endAll } = gatedBy(world);

describe('a deletion behind a gate that invalidates nothing', () => {
  beforeEach(async () => {
    withGate('gate');
    await endAll();
  });

  async function settled(): Promise<Video> {
    const video = await world.video();
    await request(video);
    await world.settle();
    expect(await find(video)).toMatchObject({ state: 'settling', edge: { request: 0, paths: 0 } });
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
