import { describe, expect, it } from 'vitest';
import { ObjectsLocked } from '../../../../functions/deletion/errors.ts';
import { sweepDeletions } from '../../../../functions/deletion/work/sweep-deletions.ts';
import { workOnDeletion } from '../../../../functions/deletion/work/work-on-deletion.ts';
import { aTombstone } from '../../../support/a-tombstone.ts';
import { createBarrier } from '../../../support/barrier.ts';
import { deletionsIn } from '../../../support/deletions.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { find, request, expectDeletedOnce } = deletionsIn(world);
const PLENTY = () => 900_000;

describe('F23 a deletion that nobody works on', () => {
  it('F1 is taken up by the sweeper when its message was never sent', async () => {
    const video = await world.video();
    world.ports.cleanupQueue = { send: () => Promise.reject(new Error('The queue is down')) };
    await request(video);
    world.mend();
    expect(world.queues.cleanup.messages()).toEqual([]);
    world.advance(10 + 119);
    expect(await sweepDeletions(world.ports)).toBe(0);
    world.advance(1);
    expect(await sweepDeletions(world.ports)).toBe(1);
    expect(await sweepDeletions(world.ports)).toBe(0);
    await world.settle();
    await expectDeletedOnce(video);
  });

  it('goes on after its worker died, and the receipt says that the counts may lack something', async () => {
    const video = await world.video();
    const { deletionId } = await request(video);
    world.advance(10);
    const forever = createBarrier();
    const deleteAll = async () => {
      await forever.pass();
      return {};
    };
    world.ports.objects = { ...world.whole.objects, deleteAll };
    void workOnDeletion({ ...world.ports }, video.message(deletionId), PLENTY);
    await forever.arrived(1);
    world.mend();
    world.queues.cleanup.receive().map(({ receiptHandle }) => world.queues.cleanup.delete(receiptHandle));
    world.advance(180);
    await sweepDeletions(world.ports);
    await world.settle();
    await expectDeletedOnce(video);
    expect(JSON.parse((await find(video)).receipts[0] as string).exceptions).toEqual({
      interruptedPasses: 1,
      atLeast: ['deleteObjects', 'deleteRows', 'invalidateCache'],
    });
  });

  it('publishes an event that was left in the outbox', async () => {
    const video = await world.video();
    world.ports.events = { publish: () => Promise.reject(new Error('The bus is down')) };
    await request(video);
    await world.settle();
    expect((await find(video)).outbox).toHaveLength(1);
    world.mend();
    world.advance(121);
    await sweepDeletions(world.ports);
    expect(await find(video)).toMatchObject({ outbox: [], sweepAt: undefined, state: 'deleted' });
    expect(world.published).toContainEqual(expect.objectContaining({ videoId: video.videoId }));
  });

  it('is not swept because another one cannot be read', async () => {
    const broken = aTombstone({ sweepAt: '2026-11-22T00:00:00.000Z' });
    await world.whole.tombstones.write(undefined, broken);
    const video = await world.video();
    world.ports.tombstones = {
      ...world.whole.tombstones,
      find: (id) => (id === broken.videoId ? Promise.reject(new Error('Malformed')) : world.whole.tombstones.find(id)),
    };
    await request(video);
    world.advance(200);
    expect(await sweepDeletions(world.ports)).toBe(1);
    world.mend();
    await world.settle();
    await expectDeletedOnce(video);
  });
});

describe('F12 runs', () => {
  it('are found by their names when none is registered', async () => {
    const video = await world.video();
    await world.db.deleteFrom('processing_runs').where('video_id', '=', video.videoId).execute();
    const again = await world.startRun(`video-${video.videoId}-1`);
    await request(video);
    await world.settle();
    expect([world.isRunning(video.run), world.isRunning(again)]).toEqual([false, false]);
    expect((await find(video)).steps.cancelRuns.counts).toEqual({ stopped: 2 });
  });

  it('that are registered after the runs were cancelled are stopped before the video is deleted', async () => {
    const video = await world.video();
    await request(video);
    world.advance(10);
    let late = '';
    world.ports.objects = {
      ...world.whole.objects,
      deleteAll: async (...all) => {
        late ||= await world.startRun(`video-${video.videoId}-late`);
        await world.db
          .insertInto('processing_runs')
          .values({ video_id: video.videoId, execution_arn: late })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
          .catch(() => {});
        return await world.whole.objects.deleteAll(...all);
      },
    };
    await world.settle();
    expect(world.isRunning(late)).toBe(false);
    expect((await find(video)).steps.cancelRuns.counts).toMatchObject({ stopped: 2 });
    await expectDeletedOnce(video);
  });
});

describe('F26 objects that retention protects', () => {
  it('hold the deletion until the retention ends, without retries', async () => {
    const video = await world.video();
    const until = new Date(Date.now() + 86_400_000);
    await world.lock(`videos/${video.videoId}/thumbnail.jpg`, until);
    await request(video);
    world.advance(10);
    await world.turn();
    expect(await find(video)).toMatchObject({
      state: 'held',
      held: { because: 'objectLock', from: 'running' },
      dueAt: until.toISOString(),
    });
    expect((await find(video)).steps.deleteRows.state).toBe('done');
  });

  it('a hold without an end is looked at once a day for as long as it lasts, and spends no attempt', async () => {
    const video = await world.video();
    await request(video);
    const locked = () => Promise.reject(new ObjectsLocked({}));
    world.ports.objects = { ...world.whole.objects, deleteAll: locked };
    world.advance(10);
    await world.turn();
    for (let day = 0; day < 20; day++) {
      world.advance(86_400 + 120);
      await sweepDeletions(world.ports);
      await world.turn();
    }
    expect(await find(video)).toMatchObject({
      state: 'held',
      held: { because: 'objectLock', from: 'running' },
      attempts: 1,
    });
    world.mend();
    world.advance(86_400 + 120);
    await sweepDeletions(world.ports);
    await world.settle();
    await expectDeletedOnce(video);
  });
});
