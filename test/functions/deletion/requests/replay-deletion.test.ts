import { beforeEach, describe, expect, it } from 'vitest';
import { NotAllowedNow, NotYours, StepFailed, UnknownVideo } from '../../../../functions/deletion/errors.ts';
import { replayDeletion } from '../../../../functions/deletion/requests/replay-deletion.ts';
import { workOnDeletion } from '../../../../functions/deletion/work/work-on-deletion.ts';
import { replayAsCaller } from '../../../support/as-caller.ts';
import { ALL_OBJECTS, type HeldVideo, holdCommandsOf } from '../../../support/hold-commands.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { admin, request, hold, release, find, objectsOf } = holdCommandsOf(world);

const PLENTY = () => 900_000;

/** A deletion that used all its attempts, in a store that works again. */
async function failed(): Promise<HeldVideo> {
  const video = await world.video();
  await request(video);
  const { objects } = world.ports;
  world.ports.objects = { ...objects, deleteAll: () => Promise.reject(new StepFailed('AccessDenied')) };
  await world.settle();
  world.ports.objects = objects;
  expect(await find(video)).toMatchObject({ state: 'failed', dueAt: undefined });
  world.advance(60);
  return video;
}

/** Delivers the letter from the dead-letter queue, as a redrive does. */
async function redrive(video: HeldVideo): Promise<void> {
  const { deletionId } = await find(video);
  const letter = world.queues.dead.marked().find((each) => each.deletionId === deletionId);
  await workOnDeletion(world.ports, letter ?? video.message(deletionId), PLENTY);
}

/**
 * Delivers another message of the deletion, which the queue says it took this many seconds ago. Undefined: the queue
 * does not say.
 */
async function deliver(video: HeldVideo, secondsAgo: number | undefined): Promise<void> {
  const { deletionId } = await find(video);
  const sentAt =
    secondsAgo === undefined ? {} : { sentAt: new Date(world.ports.clock().getTime() - secondsAgo * 1000) };
  await workOnDeletion(world.ports, { ...video.message(deletionId), ...sentAt }, PLENTY);
}

const wholeHistory = async (video: HeldVideo) => (await find(video)).history.map(({ to, by }) => [to, by]);

describe('a failed deletion', () => {
  let video: HeldVideo;
  beforeEach(async () => {
    video = await failed();
  });

  it('ends after a replay, with all its attempts anew and what was done kept', async () => {
    const { deletion } = await replayAsCaller(world.ports, { callerId: await admin(), videoId: video.videoId });
    expect(deletion).toMatchObject({ state: 'running', attempts: 0, steps: { deleteRows: { state: 'done' } } });
    await world.settle();
    expect(await find(video)).toMatchObject({ state: 'deleted', attempts: 1, steps: { deleteRows: { attempts: 1 } } });
    expect(await wholeHistory(video)).toContainEqual(['running', await admin()]);
    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
  });

  it('is replayed by a message that was moved back from the dead-letter queue', async () => {
    expect(world.queues.dead.messages()).toContainEqual(video.message((await find(video)).deletionId));
    await redrive(video);
    await world.settle();
    expect(await find(video)).toMatchObject({ state: 'deleted' });
    expect(await wholeHistory(video)).toContainEqual(['running', 'redrive']);
    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
  });

  it.each([
    ['that was sent before it failed', 61],
    ['of a queue that does not tell when it was sent', undefined],
  ])('is left alone by a message %s', async (_what, secondsAgo) => {
    const before = await find(video);
    await deliver(video, secondsAgo);
    expect(await find(video)).toEqual(before);
    expect(await objectsOf(video)).toBe(ALL_OBJECTS);
  });

  it('is replayed once by a redriven message that comes twice', async () => {
    await Promise.allSettled([redrive(video), redrive(video)]);
    await world.settle();
    expect((await find(video)).receipts).toHaveLength(1);
    expect((await wholeHistory(video)).filter(([, by]) => by === 'redrive')).toHaveLength(1);
  });

  it('goes on after the release when its message is moved back under a hold, and not before', async () => {
    await hold(video);
    world.advance(1);
    await redrive(video);
    expect(await find(video)).toMatchObject({
      state: 'held',
      held: { from: 'running' },
      attempts: 0,
      dueAt: undefined,
    });
    await world.settle();
    expect(await objectsOf(video)).toBe(ALL_OBJECTS);
    await release(video);
    await world.settle();
    expect(await find(video)).toMatchObject({ state: 'deleted' });
    expect(await wholeHistory(video)).toContainEqual(['held', 'redrive']);
  });

  it('is replayed by a message that was moved back under a hold and comes after the release', async () => {
    await hold(video);
    world.advance(5);
    await release(video);
    world.advance(5);
    await redrive(video);
    expect(await find(video)).toMatchObject({ state: 'running' });
  });

  it('is left alone under a hold by a message that was sent before it failed', async () => {
    await hold(video);
    await deliver(video, 61);
    expect(await find(video)).toMatchObject({ state: 'held', held: { from: 'failed' } });
  });

  it('is replayed by admins only, and not under a hold', async () => {
    const as = (callerId: string) => replayAsCaller(world.ports, { callerId, videoId: video.videoId });
    await expect(as(video.ownerId)).rejects.toThrow(NotYours);
    await expect(as(await world.user())).rejects.toThrow(UnknownVideo);
    await hold(video);
    await expect(as(await admin())).rejects.toThrow(NotAllowedNow);
    await expect(replayDeletion(world.ports, { videoId: video.videoId, by: 'operator' })).rejects.toThrow(
      NotAllowedNow,
    );
  });
});
