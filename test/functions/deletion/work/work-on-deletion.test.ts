import { describe, expect, it } from 'vitest';
import { UnknownVideo } from '../../../../functions/deletion/errors.ts';
import { workOnDeletion } from '../../../../functions/deletion/work/work-on-deletion.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';
import { createBarrier } from '../../../support/barrier.ts';
import { deletionsIn } from '../../../support/deletions.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { find, request, expectDeletedOnce } = deletionsIn(world);

const PLENTY = () => 900_000;

describe('F2 a message delivered twice', () => {
  it('at the same moment, is worked on once', async () => {
    const video = await world.video();
    const { deletionId } = await request(video);
    world.advance(10);
    const message = video.message(deletionId);
    await Promise.all([1, 2, 3].map(() => workOnDeletion(world.ports, message, PLENTY)));
    await world.settle();
    await expectDeletedOnce(video);
    expect((await find(video)).steps.deleteObjects.attempts).toBe(1);
  });

  it('with both workers inside deleteObjects, gives one receipt and the same counts', async () => {
    const video = await world.video();
    const { deletionId } = await request(video);
    world.advance(10);
    const barrier = createBarrier();
    world.s3.faults.onRequest(({ operation, phase }) =>
      operation === 'DeleteObjects' && phase === 'before' ? barrier.pass() : undefined,
    );
    const first = workOnDeletion(world.ports, video.message(deletionId), PLENTY);
    await barrier.arrived(1);
    world.advance(61);
    const second = workOnDeletion(world.ports, video.message(deletionId), PLENTY);
    await barrier.arrived(2);
    barrier.open();
    await Promise.all([first, second]);
    await world.settle();
    const { steps, receipts, interrupted } = await find(video);
    expect(receipts).toHaveLength(1);
    expect(steps.deleteObjects.counts).toMatchObject({ objects: 6, versions: 2, deleteMarkers: 1 });
    expect(interrupted).toBe(1);
    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
  });

  it('whose worker lost its lease and goes on, ends without an error and without a second receipt', async () => {
    const video = await world.video();
    const { deletionId } = await request(video);
    world.advance(10);
    const barrier = createBarrier();
    world.ports.rows = {
      ...world.whole.rows,
      deleteBatch: async (...batch) => {
        await barrier.pass();
        return await world.whole.rows.deleteBatch(...batch);
      },
    };
    const slow = workOnDeletion({ ...world.ports }, video.message(deletionId), PLENTY);
    await barrier.arrived(1);
    world.mend();
    world.advance(61);
    await world.settle();
    const receipt = (await find(video)).receipts;
    barrier.open();
    await slow;
    expect((await find(video)).receipts).toEqual(receipt);
    await expectDeletedOnce(video);
    expect(world.logged).toContainEqual({ message: 'lease lost', fields: expect.objectContaining({ deletionId }) });
  });
});

describe('a message', () => {
  it('that names no deletion is refused', async () => {
    const message = { videoId: aVideoId(), deletionId: aVideoId() };
    await expect(workOnDeletion(world.ports, message, PLENTY)).rejects.toThrow(UnknownVideo);
  });

  it('of another deletion of the same video changes nothing', async () => {
    const video = await world.video();
    await request(video);
    const before = await find(video);
    world.advance(10);
    await workOnDeletion(world.ports, video.message(aVideoId()), PLENTY);
    expect(await find(video)).toEqual(before);
    await world.settle();
  });

  it('that comes early is sent again for when it is due, and nothing is removed', async () => {
    const video = await world.video();
    const { deletionId } = await request(video);
    world.queues.cleanup.receive().map(({ receiptHandle }) => world.queues.cleanup.delete(receiptHandle));
    await workOnDeletion(world.ports, video.message(deletionId), PLENTY);
    expect(world.queues.cleanup.receive()).toEqual([]);
    expect((await find(video)).state).toBe('pending');
    expect(await world.inBucket(`videos/${video.videoId}/`)).toHaveLength(9);
    await world.settle();
    await expectDeletedOnce(video);
  });
});

describe('F9 a worker whose time runs out', () => {
  it('stops early, hands on a continuation and spends no attempt', async () => {
    const video = await world.video();
    for (let n = 0; n < 1_500; n++) world.s3.fill('videos', [`videos/${video.videoId}/480p/${n}.ts`]);
    await request(video);
    world.advance(10);
    let calls = 0;
    // Enough time for the runs and the uploads, then for one batch per pass.
    await world.turn(() => (++calls % 4 === 0 ? 19_000 : 60_000));
    const halfway = await find(video);
    expect(halfway).toMatchObject({ state: 'running', lease: undefined, progressed: true });
    expect(world.queues.cleanup.messages()).toContainEqual(video.message(halfway.deletionId));
    await world.settle();
    expect(await find(video)).toMatchObject({
      state: 'deleted',
      attempts: 1,
      steps: { deleteObjects: { counts: { objects: 1_506 } } },
    });
  });
});

describe('a video that takes more passes than there are attempts', () => {
  it('is deleted: a pass that removed something before its time ran out is no retry', async () => {
    const video = await world.video();
    await request(video);
    world.advance(10);
    let left = 40;
    world.ports.objects = {
      ...world.whole.objects,
      async deleteAll(target, checkpoint, found) {
        const removed = { objects: 0 };
        for (; left > 0; left--, removed.objects++) await checkpoint(removed);
        return await world.whole.objects.deleteAll(target, checkpoint, found);
      },
    };
    let passes = 0;
    for (; left > 0 && passes < 50; passes++) {
      let calls = 0;
      await world.turn(() => (++calls > 4 ? 19_000 : 60_000));
    }
    expect(passes).toBeGreaterThan(12);
    await world.settle();
    expect(await find(video)).toMatchObject({ state: 'deleted', attempts: 1 });
  });
});
