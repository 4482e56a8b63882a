import { beforeAll, describe, expect, it } from 'vitest';
import { ObjectsLocked, UnknownVideo } from '../../../functions/deletion/errors.ts';
import type { Ports } from '../../../functions/deletion/ports.ts';
import { requestDeletion } from '../../../functions/deletion/request-deletion.ts';
import { sweepDeletions } from '../../../functions/deletion/sweep-deletions.ts';
import { workOnDeletion } from '../../../functions/deletion/work-on-deletion.ts';
import { aTombstone, aVideoId } from '../../support/a-tombstone.ts';
import { createBarrier } from '../../support/barrier.ts';
import { useWorld } from '../../support/use-world.ts';
import type { World } from '../../support/world.ts';

type Video = Awaited<ReturnType<World['video']>>;
const world = useWorld();
let whole: Ports;
beforeAll(() => {
  whole = { ...world.ports };
});

const PLENTY = () => 900_000;
const request = async ({ ownerId, videoId }: Video) =>
  (await requestDeletion(world.ports, { callerId: ownerId, videoId })).deletion;
const find = async ({ videoId }: Pick<Video, 'videoId'>) => {
  const tombstone = await world.ports.tombstones.find(videoId);
  if (!tombstone) throw new Error('There is no tombstone');
  return tombstone;
};
/** What every deletion of a video of ours counts, whoever did it. */
const COUNTS = {
  deleteObjects: { counts: { objects: 6, versions: 2, deleteMarkers: 1, uploads: 1 } },
  deleteRows: { counts: { videos: 1, views: 3, votes: 1, user_liked_videos: 1 } },
};
async function expectDeletedOnce(video: Video): Promise<void> {
  const tombstone = await find(video);
  expect(tombstone).toMatchObject({ state: 'deleted', steps: COUNTS });
  expect(tombstone.receipts).toHaveLength(1);
  expect(await world.left(video.videoId, video.ownerId)).toEqual({});
}

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
      ...whole.rows,
      deleteBatch: async (...batch) => {
        await barrier.pass();
        return await whole.rows.deleteBatch(...batch);
      },
    };
    const slow = workOnDeletion({ ...world.ports }, video.message(deletionId), PLENTY);
    await barrier.arrived(1);
    Object.assign(world.ports, whole);
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
    const before = await request(video);
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
    // Time for the runs and the uploads, then for one batch a pass.
    await world.turn(() => (++calls % 4 === 0 ? 19_000 : 60_000));
    const halfway = await find(video);
    expect(halfway).toMatchObject({ state: 'running', leaseOwner: undefined, progressed: true });
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
      ...whole.objects,
      async deleteAll(target, checkpoint) {
        const removed = { objects: 0 };
        for (; left > 0; left--, removed.objects++) await checkpoint(removed);
        return await whole.objects.deleteAll(target, checkpoint);
      },
    };
    let passes = 0;
    for (; left > 0 && passes < 50; passes++) {
      let calls = 0;
      await world.turn(() => (++calls > 3 ? 19_000 : 60_000));
    }
    expect(passes).toBeGreaterThan(12);
    await world.settle();
    expect(await find(video)).toMatchObject({ state: 'deleted', attempts: 1 });
  });
});

describe('what comes back while settling', () => {
  async function settling(): Promise<Video> {
    const video = await world.video();
    await request(video);
    world.advance(10);
    await world.turn();
    expect((await find(video)).state).toBe('settling');
    return video;
  }

  it('F10 an object is removed, counted as late, and the edge invalidated again', async () => {
    const video = await settling();
    const late = `videos/${video.videoId}/720p/a_099.ts`;
    await world.put(late);
    await world.viewers.view(`/${late}`);
    await world.settle();
    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
    const tombstone = await find(video);
    expect(tombstone).toMatchObject({ state: 'deleted', late: { objects: 1 } });
    expect(tombstone.steps.invalidateEdge.counts.requests).toBe(2);
    expect(tombstone.edge?.request).toBe(2);
    expect(tombstone.history.map(({ to }) => to)).toEqual(['pending', 'running', 'settling', 'settling', 'deleted']);
  });

  it('F17 a cache entry of a slow reader is gone in the end', async () => {
    const video = await settling();
    await world.inRedis.run((client) => client.set(`video:${video.videoId}:meta`, 'slow'));
    await world.settle();
    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
    expect((await find(video)).late).toMatchObject({ keys: 1 });
  });

  it('lists and figures of the owner that a slow reader cached are invalidated once more', async () => {
    const video = await settling();
    await world.inRedis.run((client) => client.set(`user:${video.ownerId}:videos`, 'slow'));
    await world.settle();
    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
    expect((await find(video)).late).toEqual({});
  });

  it('an owner who keeps looking at the profile keeps no deletion from its end', async () => {
    const video = await settling();
    for (let turns = 0; turns < 50; turns++) {
      await world.inRedis.run((client) => client.set(`user:${video.ownerId}:profile`, 'fresh'));
      await world.turn();
      world.advance(30);
    }
    expect((await find(video)).state).toBe('deleted');
  });

  it('F16 is not deleted while the invalidation has not completed', async () => {
    const video = await settling();
    world.ports.edge = { ...world.ports.edge, isCompleted: async () => false };
    for (let turns = 0; turns < 60; turns++) {
      await world.turn();
      world.advance(30);
    }
    expect(await find(video)).toMatchObject({ state: 'settling', attempts: 1 });
    Object.assign(world.ports, whole);
    await world.settle();
    expect((await find(video)).state).toBe('deleted');
  });

  it('waits for figures that still name the video', async () => {
    const video = await world.video();
    await world.refreshStats();
    await request(video);
    world.advance(10);
    for (let turns = 0; turns < 40; turns++) {
      await world.turn();
      world.advance(60);
    }
    expect(await find(video)).toMatchObject({ state: 'settling' });
    await sweepDeletions(world.ports);
    await world.settle();
    await expectDeletedOnce(video);
  });
});

describe('F23 a deletion that nobody works on', () => {
  it('F1 is taken up by the sweeper when its message was never sent', async () => {
    const video = await world.video();
    world.ports.cleanupQueue = { send: () => Promise.reject(new Error('The queue is down')) };
    await request(video);
    Object.assign(world.ports, whole);
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
    world.ports.objects = { ...whole.objects, deleteAll };
    void workOnDeletion({ ...world.ports }, video.message(deletionId), PLENTY);
    await forever.arrived(1);
    Object.assign(world.ports, whole);
    world.queues.cleanup.receive().map(({ receiptHandle }) => world.queues.cleanup.delete(receiptHandle));
    world.advance(180);
    await sweepDeletions(world.ports);
    await world.settle();
    await expectDeletedOnce(video);
    expect(JSON.parse((await find(video)).receipts[0] as string).exceptions).toEqual({ interruptedPasses: 1 });
  });

  it('publishes an event that was left in the outbox', async () => {
    const video = await world.video();
    world.ports.events = { publish: () => Promise.reject(new Error('The bus is down')) };
    await request(video);
    await world.settle();
    expect((await find(video)).outbox).toHaveLength(1);
    Object.assign(world.ports, whole);
    world.advance(121);
    await sweepDeletions(world.ports);
    expect(await find(video)).toMatchObject({ outbox: [], sweepAt: undefined, state: 'deleted' });
    expect(world.published).toContainEqual(expect.objectContaining({ videoId: video.videoId }));
  });

  it('is not swept because another one cannot be read', async () => {
    const broken = aTombstone({ sweepAt: '2026-11-22T00:00:00.000Z' });
    await whole.tombstones.write(undefined, broken);
    const video = await world.video();
    world.ports.tombstones = {
      ...whole.tombstones,
      find: (id) => (id === broken.videoId ? Promise.reject(new Error('Malformed')) : whole.tombstones.find(id)),
    };
    await request(video);
    world.advance(200);
    expect(await sweepDeletions(world.ports)).toBe(1);
    Object.assign(world.ports, whole);
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
      ...whole.objects,
      deleteAll: async (...all) => {
        late ||= await world.startRun(`video-${video.videoId}-late`);
        await world.db
          .insertInto('processing_runs')
          .values({ video_id: video.videoId, execution_arn: late })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
          .catch(() => {});
        return await whole.objects.deleteAll(...all);
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
    expect(await find(video)).toMatchObject({ state: 'held', heldFrom: 'running', dueAt: until.toISOString() });
    expect((await find(video)).steps.deleteRows.state).toBe('done');
  });

  it('a hold without an end is looked at once a day for as long as it lasts, and spends no attempt', async () => {
    const video = await world.video();
    await request(video);
    const locked = () => Promise.reject(new ObjectsLocked({}));
    world.ports.objects = { ...whole.objects, deleteAll: locked };
    world.advance(10);
    await world.turn();
    for (let day = 0; day < 20; day++) {
      world.advance(86_400 + 120);
      await sweepDeletions(world.ports);
      await world.turn();
    }
    expect(await find(video)).toMatchObject({ state: 'held', heldFrom: 'running', attempts: 1 });
    Object.assign(world.ports, whole);
    world.advance(86_400 + 120);
    await sweepDeletions(world.ports);
    await world.settle();
    await expectDeletedOnce(video);
  });
});
