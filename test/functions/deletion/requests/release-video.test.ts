import { describe, expect, it } from 'vitest';
import { NotYours, ObjectsLocked, StepFailed, UnknownVideo } from '../../../../functions/deletion/errors.ts';
import { brokenAt } from '../../../../functions/deletion/record/history.ts';
import { findDeletion } from '../../../../functions/deletion/requests/authorise.ts';
import { workOnDeletion } from '../../../../functions/deletion/work/work-on-deletion.ts';
import { releaseAsCaller, replayAsCaller } from '../../../support/as-caller.ts';
import { createBarrier } from '../../../support/barrier.ts';
import { deletionsIn } from '../../../support/deletions.ts';
import { ALL_OBJECTS, type HeldVideo, holdCommandsOf, REASON } from '../../../support/hold-commands.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { admin, request, undo, hold, release, find, objectsOf, isShown } = holdCommandsOf(world);
const { settling } = deletionsIn(world);

const PLENTY = () => 900_000;
const A_DAY = 86_400;

async function expectDeleted(video: HeldVideo): Promise<void> {
  await world.settle();
  const { state, held, receipts, history, folded } = await find(video);
  expect({ state, held, receipts: receipts.length }).toEqual({ state: 'deleted', receipts: 1 });
  expect(brokenAt(history, folded?.hash)).toBeUndefined();
  expect(await world.left(video.videoId, video.ownerId)).toEqual({});
}

const failing = () => Promise.reject(new StepFailed('AccessDenied'));
/** Every version is protected while this replaces the `deleteAll` of the store. */
const lockedUntil = (until?: string) => () => Promise.reject(new ObjectsLocked({}, until));
const withObjects = (deleteAll: () => Promise<never>) => {
  const { objects } = world.ports;
  world.ports.objects = { ...objects, deleteAll };
  return () => {
    world.ports.objects = objects;
  };
};

describe('a release of a hold from', () => {
  it('before any deletion leaves a video as if it had never been held', async () => {
    const video = await world.video();
    await hold(video);
    const released = await release(video);
    expect(released).toMatchObject({ state: 'none', held: undefined, dueAt: undefined });
    expect(released.expiresAt).toEqual(expect.any(Number));
    expect(await isShown(video)).toBe(true);
    const asked = { callerId: await admin(), videoId: video.videoId };
    await expect(findDeletion(world.ports, asked)).rejects.toThrow(UnknownVideo);
    expect(await request(video)).toMatchObject({ state: 'pending', expiresAt: undefined });
    await expectDeleted(video);
    expect((await find(video)).history.map(({ to }) => to)).toEqual(
      expect.arrayContaining(['held', 'none', 'pending', 'deleted']),
    );
  });

  it('pending, in time, leaves the rest of the undo window', async () => {
    const video = await world.video();
    const { undoableUntil } = await request(video);
    await hold(video);
    world.advance(4);
    expect(await release(video)).toMatchObject({ state: 'pending', dueAt: undoableUntil });
    expect(await undo(video)).toMatchObject({ state: 'cancelled' });
    expect(await isShown(video)).toBe(true);
  });

  it('pending, later, goes on at once', async () => {
    const video = await world.video();
    await request(video);
    await hold(video);
    world.advance(A_DAY);
    await release(video);
    await world.turn();
    expect(await find(video)).toMatchObject({ state: 'settling' });
    await expectDeleted(video);
  });

  it('running, before its worker has noticed, lets it go on under its lease', async () => {
    const video = await world.video();
    const { deletionId } = await request(video);
    world.advance(10);
    const barrier = createBarrier();
    world.s3.faults.onRequest(({ operation, phase }) =>
      operation === 'DeleteObjects' && phase === 'before' ? barrier.pass() : undefined,
    );
    const working = workOnDeletion(world.ports, video.message(deletionId), PLENTY);
    await barrier.arrived(1);
    await hold(video);
    const { lease } = await find(video);
    expect(await release(video)).toMatchObject({ state: 'running', lease });
    barrier.open();
    await working;
    await expectDeleted(video);
    expect(await find(video)).toMatchObject({ interrupted: 0, steps: { deleteObjects: { counts: { objects: 6 } } } });
  });

  it('settling waits for late writers as long as any deletion does', async () => {
    const video = await settling();
    world.advance(1);
    await hold(video);
    world.advance(1);
    expect((await release(video)).state).toBe('settling');
    for (let seconds = 0; seconds < world.ports.rules.settleSeconds - 60; seconds += 30) {
      await world.turn();
      world.advance(30);
    }
    expect((await find(video)).state).toBe('settling');
    const late = `videos/${video.videoId}/720p/a_099.ts`;
    await world.put(late);
    await expectDeleted(video);
    expect((await find(video)).late).toMatchObject({ objects: 1 });
  });

  it('failed waits for a replay, as before', async () => {
    const video = await world.video();
    await request(video);
    const mend = withObjects(failing);
    await world.settle();
    expect((await find(video)).state).toBe('failed');
    expect(await hold(video)).toMatchObject({ state: 'held', held: { from: 'failed' } });
    mend();
    expect(await release(video)).toMatchObject({ state: 'failed', dueAt: undefined });
    await world.settle();
    expect(await objectsOf(video)).toBe(ALL_OBJECTS);
    await replayAsCaller(world.ports, { callerId: await admin(), videoId: video.videoId });
    await expectDeleted(video);
  });

  it('cancelled shows what was undone, and a new deletion may be asked for meanwhile', async () => {
    const [shown, again] = [await world.video(), await world.video()];
    for (const video of [shown, again]) {
      await request(video);
      await undo(video);
      expect(await hold(video)).toMatchObject({ state: 'held', held: { from: 'cancelled' } });
    }
    expect(await request(again)).toMatchObject({ state: 'held', held: { from: 'pending' }, hidden: true });
    for (const video of [shown, again]) await release(video);
    await expectDeleted(again);
    expect(await find(shown)).toMatchObject({ state: 'cancelled', dueAt: undefined, expiresAt: expect.any(Number) });
    expect([await isShown(shown), await objectsOf(shown)]).toEqual([true, ALL_OBJECTS]);
  });
});

describe('F26 a lock in the store and a legal hold', () => {
  it('in this order: the legal hold outlasts the lock, and its release looks again at once', async () => {
    const video = await world.video();
    await request(video);
    const unlock = withObjects(lockedUntil(new Date(world.ports.clock().getTime() + A_DAY * 1000).toISOString()));
    world.advance(10);
    await world.turn();
    const locked = await find(video);
    expect(locked).toMatchObject({ state: 'held', held: { from: 'running' }, dueAt: expect.any(String) });
    expect(locked.held?.because).toBe('objectLock');
    expect(await hold(video)).toMatchObject({
      state: 'held',
      held: { from: 'running' },
      dueAt: undefined,
      sweepAt: undefined,
    });
    unlock();
    world.advance(2 * A_DAY);
    await world.settle();
    expect(await objectsOf(video)).toBe(ALL_OBJECTS);
    await release(video);
    await expectDeleted(video);
  });

  it('in the other order: after the release the lock holds it, until that is taken off and released', async () => {
    const video = await world.video();
    await request(video);
    await hold(video);
    const unlock = withObjects(lockedUntil());
    world.advance(10);
    await release(video);
    await world.turn();
    const locked = await find(video);
    expect(locked).toMatchObject({ state: 'held', held: { from: 'running' } });
    expect(locked.held?.because).toBe('objectLock');
    unlock();
    expect(await release(video)).toMatchObject({ state: 'running', dueAt: world.ports.clock().toISOString() });
    await expectDeleted(video);
  });
});

describe('a release', () => {
  it('of what is not held changes nothing', async () => {
    const video = await world.video();
    const before = await request(video);
    expect(await release(video)).toEqual(before);
    await expect(release(await world.video())).rejects.toThrow(UnknownVideo);
  });

  it('is refused to the owner, and to strangers the video does not exist', async () => {
    const video = await world.video();
    await request(video);
    await hold(video);
    const as = (callerId: string) => releaseAsCaller(world.ports, { callerId, videoId: video.videoId, reason: REASON });
    await expect(as(video.ownerId)).rejects.toThrow(NotYours);
    await expect(as(await world.user())).rejects.toThrow(UnknownVideo);
    expect((await find(video)).state).toBe('held');
  });

  it('lets an undo that was asked for twice be an undo', async () => {
    const video = await world.video();
    await request(video);
    await hold(video);
    await undo(video);
    expect(await undo(video)).toMatchObject({ state: 'held', held: { from: 'cancelled' } });
    expect(await release(video)).toMatchObject({ state: 'cancelled' });
  });
});
