import { describe, expect, it } from 'vitest';
import { NotAllowedNow, NotYours, StepFailed, UnknownVideo } from '../../../../functions/deletion/errors.ts';
import { brokenAt } from '../../../../functions/deletion/record/history.ts';
import { legalHoldOf } from '../../../../functions/deletion/record/tombstone.ts';
import { findDeletion } from '../../../../functions/deletion/requests/authorise.ts';
import { isStopped } from '../../../../functions/deletion/requests/hold-video.ts';
import { listDeletions } from '../../../../functions/deletion/requests/read-deletions.ts';
import { MAX_ATTEMPTS, WORKER_SECONDS } from '../../../../functions/deletion/rules.ts';
import { sweepDeletions } from '../../../../functions/deletion/work/sweep-deletions.ts';
import { workOnDeletion } from '../../../../functions/deletion/work/work-on-deletion.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';
import { holdAsCaller } from '../../../support/as-caller.ts';
import { createBarrier } from '../../../support/barrier.ts';
import { ALL_OBJECTS, holdCommandsOf, REASON } from '../../../support/hold-commands.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { admin, request, undo, hold, release, find, objectsOf, isShown } = holdCommandsOf(world);

const PLENTY = () => 900_000;
const A_DAY = 86_400;

/** Lets days pass in which every message is delivered and the sweeper runs. */
async function letDaysPass(): Promise<void> {
  await world.settle();
  for (let days = 0; days < 3; days++) {
    world.advance(A_DAY);
    await sweepDeletions(world.ports);
    await world.settle();
  }
}

describe('a hold before any deletion', () => {
  it('hides nothing, fences nothing and stops nothing', async () => {
    const video = await world.video();
    const before = await world.left(video.videoId, video.ownerId);
    const deletion = await hold(video);
    expect(deletion).toMatchObject({ state: 'held', held: { from: 'none' }, hidden: false });
    expect(deletion.requests).toMatchObject([{ reason: 'admin' }]);
    expect(legalHoldOf(deletion)).toEqual({ ...REASON, by: await admin(), at: world.ports.clock().toISOString() });
    expect([deletion.dueAt, deletion.sweepAt, deletion.expiresAt]).toEqual([undefined, undefined, undefined]);
    expect(isStopped(deletion, world.ports.clock())).toBe(true);
    await letDaysPass();
    expect(await world.left(video.videoId, video.ownerId)).toEqual(before);
    expect([await isShown(video), world.isRunning(video.run)]).toEqual([true, true]);
  });

  it('is for admins to know of', async () => {
    const video = await world.video();
    await hold(video);
    const asOwner = { callerId: video.ownerId, videoId: video.videoId };
    await expect(findDeletion(world.ports, asOwner)).rejects.toThrow(UnknownVideo);
    expect((await listDeletions(world.ports, { callerId: video.ownerId, limit: 10 })).deletions).toEqual([]);
    const asAdmin = { ...asOwner, callerId: await admin() };
    expect((await findDeletion(world.ports, asAdmin)).deletion.state).toBe('held');
  });

  it('lets a deletion be asked for: the video is hidden, and nothing of it removed', async () => {
    const video = await world.video();
    await hold(video);
    expect(await request(video)).toMatchObject({
      state: 'held',
      held: { from: 'pending', hold: REASON },
      hidden: true,
    });
    await letDaysPass();
    expect(await find(video)).toMatchObject({ state: 'held', dueAt: undefined, sweepAt: undefined });
    expect([await isShown(video), await objectsOf(video)]).toEqual([false, ALL_OBJECTS]);
    expect(world.isRunning(video.run)).toBe(true);
  });

  it('has the video hidden by a worker if it could not be hidden at once, and nothing else done', async () => {
    const video = await world.video();
    await hold(video);
    const { rows } = world.ports;
    world.ports.rows = { ...rows, hide: () => Promise.reject(new Error('The database is down')) };
    expect(await request(video)).toMatchObject({ state: 'held', hidden: false, sweepAt: expect.any(String) });
    world.ports.rows = rows;
    await letDaysPass();
    expect(await find(video)).toMatchObject({ state: 'held', hidden: true, dueAt: undefined, sweepAt: undefined });
    expect([await isShown(video), await objectsOf(video)]).toEqual([false, ALL_OBJECTS]);
  });
});

describe('a hold of a deletion', () => {
  it('that is pending: its undo window ends, and nothing happens', async () => {
    const video = await world.video();
    await request(video);
    expect(await hold(video)).toMatchObject({
      state: 'held',
      held: { from: 'pending' },
      hidden: true,
      dueAt: undefined,
    });
    await letDaysPass();
    expect(await objectsOf(video)).toBe(ALL_OBJECTS);
    expect(await find(video)).toMatchObject({ state: 'held', attempts: 0, expiresAt: undefined });
  });

  it('that runs: the worker stops before its next batch, and what it removed is on the tombstone', async () => {
    const video = await world.video();
    for (let n = 0; n < 2_500; n++) world.s3.fill('videos', [`videos/${video.videoId}/480p/${n}.ts`]);
    expect(await objectsOf(video)).toBe(2_500 + ALL_OBJECTS);
    const { deletionId } = await request(video);
    world.advance(10);
    const barrier = createBarrier();
    world.s3.faults.onRequest(({ operation, phase }) =>
      operation === 'DeleteObjects' && phase === 'before' ? barrier.pass() : undefined,
    );
    const working = workOnDeletion(world.ports, video.message(deletionId), PLENTY);
    await barrier.arrived(1);
    const held = await hold(video);
    expect(held).toMatchObject({ state: 'held', held: { from: 'running' }, lease: { owner: expect.any(String) } });
    expect(isStopped(held, world.ports.clock())).toBe(false);
    barrier.open();
    await working;
    const stopped = await hold(video);
    expect(stopped).toMatchObject({ state: 'held', lease: undefined, dueAt: undefined, progressed: true });
    expect(isStopped(stopped, world.ports.clock())).toBe(true);
    const { objects = 0, versions = 0, deleteMarkers = 0, uploads = 0 } = stopped.steps.deleteObjects.counts;
    expect(objects).toBeGreaterThan(0);
    expect(await objectsOf(video)).toBe(2_500 + ALL_OBJECTS - objects - versions - deleteMarkers - uploads);
    const left = await objectsOf(video);
    await letDaysPass();
    expect(await objectsOf(video)).toBe(left);
    // Rows are deleted after objects, so all rows are still there.
    expect((await world.left(video.videoId, video.ownerId)).videos).toBe(1);
  });

  it.each([
    ['that waits for its next attempt', 1],
    ['that has failed', MAX_ATTEMPTS],
  ])('%s, while its video could not be hidden: hidden all the same, and nothing else done', async (_, attempts) => {
    const video = await world.video();
    const { rows, objects } = world.ports;
    const down = () => Promise.reject(new StepFailed('ServiceUnavailable'));
    Object.assign(world.ports, { rows: { ...rows, hide: down }, objects: { ...objects, deleteAll: down } });
    expect(await request(video)).toMatchObject({ hidden: false });
    for (let turns = 0; (await find(video)).attempts < attempts || (await find(video)).lease; turns++) {
      expect(turns).toBeLessThan(40);
      world.advance(2_000);
      await world.turn();
    }
    if (attempts === MAX_ATTEMPTS) await world.settle();
    await hold(video);
    Object.assign(world.ports, { rows, objects });
    await letDaysPass();
    expect(await find(video)).toMatchObject({ state: 'held', hidden: true, dueAt: undefined, sweepAt: undefined });
    expect([await isShown(video), await objectsOf(video)]).toEqual([false, ALL_OBJECTS]);
  });

  it('whose worker is in the middle of one long transaction is not stopped before that must be over', async () => {
    const video = await world.video();
    const { deletionId } = await request(video);
    world.advance(10);
    const barrier = createBarrier();
    const { rows } = world.ports;
    const deleteVideoRow: typeof rows.deleteVideoRow = async (...args) => {
      await barrier.pass();
      return await rows.deleteVideoRow(...args);
    };
    const working = workOnDeletion(
      { ...world.ports, rows: { ...rows, deleteVideoRow } },
      video.message(deletionId),
      PLENTY,
    );
    await barrier.arrived(1);
    world.advance(world.ports.rules.leaseSeconds + 1);
    expect(isStopped(await hold(video), world.ports.clock())).toBe(false);
    barrier.open();
    await working;
    expect(isStopped(await find(video), world.ports.clock())).toBe(true);
  });

  it('whose worker died counts as stopped once no worker can live any more, and the next pass counts it as interrupted', async () => {
    const video = await world.video();
    const { deletionId } = await request(video);
    world.advance(10);
    const forever = createBarrier();
    const deleteAll = async () => {
      await forever.pass();
      return {};
    };
    void workOnDeletion(
      { ...world.ports, objects: { ...world.ports.objects, deleteAll } },
      video.message(deletionId),
      PLENTY,
    );
    await forever.arrived(1);
    await hold(video);
    world.advance(world.ports.rules.leaseSeconds + WORKER_SECONDS - 1);
    expect(isStopped(await find(video), world.ports.clock())).toBe(false);
    world.advance(1);
    expect(isStopped(await find(video), world.ports.clock())).toBe(true);
    await letDaysPass();
    expect(await objectsOf(video)).toBe(ALL_OBJECTS);
    await release(video);
    await world.settle();
    expect(await find(video)).toMatchObject({ state: 'deleted', interrupted: 1 });
  });

  it('that was undone is not restored before the release', async () => {
    const video = await world.video();
    await request(video);
    await hold(video);
    expect(await undo(video)).toMatchObject({ state: 'held', held: { from: 'cancelled' } });
    await letDaysPass();
    expect([await isShown(video), await objectsOf(video)]).toEqual([false, ALL_OBJECTS]);
    await release(video);
    await world.settle();
    expect(await find(video)).toMatchObject({ state: 'cancelled', hidden: false, dueAt: undefined });
    expect(await isShown(video)).toBe(true);
  });
});

describe('a hold', () => {
  it('again with another reason replaces it, with the same one changes nothing', async () => {
    const video = await world.video();
    await request(video);
    const first = await hold(video);
    world.advance(5);
    expect(await hold(video)).toEqual(first);
    const other = { code: 'regulator', caseNumber: 'DPC-4.2' } as const;
    const second = await hold(video, other);
    expect(second).toMatchObject({
      held: { from: 'pending', hold: { ...other, at: world.ports.clock().toISOString() } },
    });
    expect(second.history.map(({ to, detail }) => [to, detail])).toEqual([
      ['pending', { code: 'owner' }],
      ['held', REASON],
      ['held', other],
    ]);
    expect(brokenAt(second.history)).toBeUndefined();
  });

  it('is counted once, whatever its reason becomes', async () => {
    const video = await world.video();
    world.recorded.length = 0;
    await hold(video);
    await hold(video);
    await hold(video, { code: 'other', caseNumber: '1' });
    expect(world.recorded).toEqual([['DeletionsHeld', 1]]);
  });

  it('comes too late for a video that is deleted', async () => {
    const video = await world.video();
    await request(video);
    await world.settle();
    await expect(hold(video)).rejects.toThrow(NotAllowedNow);
  });

  it('is refused to the owner, and to strangers the video does not exist', async () => {
    const [video, hidden] = [await world.video(), await world.video()];
    await request(hidden);
    const stranger = await world.user();
    const as = (callerId: string, { videoId }: { videoId: typeof video.videoId }) =>
      holdAsCaller(world.ports, { callerId, videoId, reason: REASON });
    await expect(as(video.ownerId, video)).rejects.toThrow(NotYours);
    await expect(as(hidden.ownerId, hidden)).rejects.toThrow(NotYours);
    await expect(as(stranger, video)).rejects.toThrow(UnknownVideo);
    await expect(as(stranger, hidden)).rejects.toThrow(UnknownVideo);
    await expect(as(stranger, { videoId: aVideoId() })).rejects.toThrow(UnknownVideo);
    await expect(as(await admin(), { videoId: aVideoId() })).rejects.toThrow(UnknownVideo);
    expect(await world.ports.tombstones.find(video.videoId)).toBeUndefined();
    expect((await find(hidden)).state).toBe('pending');
  });
});
