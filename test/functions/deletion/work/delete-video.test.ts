import { describe, expect, it } from 'vitest';
import { StepFailed } from '../../../../functions/deletion/errors.ts';
import type { Ports } from '../../../../functions/deletion/ports.ts';
import { brokenAt } from '../../../../functions/deletion/record/history.ts';
import { STEP_NAMES } from '../../../../functions/deletion/record/steps.ts';
import { replayAsCaller } from '../../../support/as-caller.ts';
import { deletionsIn } from '../../../support/deletions.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { find, request } = deletionsIn(world);

describe('a deletion', () => {
  it('leaves nothing in any store, and says so in one receipt', async () => {
    const video = await world.video();
    await request(video);
    await world.settle();

    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
    expect(world.isRunning(video.run)).toBe(false);
    const tombstone = await find(video);
    expect(tombstone).toMatchObject({ state: 'deleted', late: {}, interrupted: 0, outbox: [] });
    expect(tombstone.receipts).toHaveLength(1);
    expect(brokenAt(tombstone.history)).toBeUndefined();
    expect(tombstone.history.map(({ to }) => to)).toEqual(['pending', 'running', 'settling', 'deleted']);
    expect(JSON.parse(tombstone.receipts[0] as string)).toMatchObject({
      sub: video.videoId,
      requestedBy: video.ownerId,
      counts: {
        cancelRuns: { stopped: 1 },
        deleteObjects: { objects: 6, versions: 2, deleteMarkers: 1, uploads: 1 },
        deleteRows: { videos: 1, views: 3, votes: 1, user_liked_videos: 1, processing_runs: 1 },
      },
      resolved: { reports: 1 },
      history: { head: tombstone.history[2]?.hash, length: 3 },
    });
    expect(world.published).toContainEqual(expect.objectContaining({ videoId: video.videoId, type: 'VideoDeleted' }));
  });

  it('F32 keeps no title and no address', async () => {
    const video = await world.video();
    await request(video);
    await world.settle();
    const kept = JSON.stringify([await find(video), world.logged, world.published]);
    expect(kept).not.toMatch(/Holiday|example\.com/);
  });

  it('F7 succeeds where there is nothing left to delete', async () => {
    const video = await world.video();
    await world.ports.objects.deleteAll(
      { videoId: video.videoId, prefix: `videos/${video.videoId}/`, strayKeys: [] },
      async () => {},
    );
    await request(video);
    await world.db.deleteFrom('videos').where('id', '=', video.videoId).execute();
    await world.settle();
    expect((await find(video)).state).toBe('deleted');
  });

  it('leaves the neighbours as they are', async () => {
    const [video, neighbour] = [await world.video(), await world.video()];
    const beside = [`videos/${video.videoId}x/a.ts`, `videos/${video.videoId}.mp4`, `uploads/${video.videoId}x.mp4`];
    for (const key of beside) await world.put(key);
    await request(video);
    await world.settle();
    for (const key of beside) expect(await world.inBucket(key)).toEqual([key]);
    expect(await world.left(neighbour.videoId, neighbour.ownerId)).toMatchObject({ bucket: 10, videos: 1, views: 3 });
    expect(world.isRunning(neighbour.run)).toBe(true);
  });
});

describe('F21 a store that fails', () => {
  type Break = (ports: Ports, fail: () => never) => Partial<Ports>;
  const breaks: Record<string, Break> = {
    cancelRuns: (ports, fail) => ({ runs: ports.runs && { ...ports.runs, stop: async () => fail() } }),
    deleteObjects: (ports, fail) => ({ objects: { ...ports.objects, deleteAll: async () => fail() } }),
    deleteRows: (ports, fail) => ({ rows: { ...ports.rows, deleteVideoRow: async () => fail() } }),
    invalidateCache: (ports, fail) => ({ cache: ports.cache && { ...ports.cache, invalidate: async () => fail() } }),
    verify: (ports, fail) => ({ rows: { ...ports.rows, look: async () => fail() } }),
  };

  it.each(Object.entries(breaks))(
    'in %s: the others are done, it is retried, and it converges',
    async (name, broken) => {
      const video = await world.video();
      await request(video);
      const fail = () => {
        throw new StepFailed('ServiceUnavailable');
      };
      Object.assign(world.ports, broken(world.whole, fail));
      world.advance(10);
      await world.turn();
      const halfway = await find(video);
      expect(halfway.steps[name as 'verify']).toMatchObject({
        state: 'failed',
        error: expect.stringMatching(/ServiceUnavailable|StopFailed/),
      });
      const others = STEP_NAMES.filter((step) => step !== name && step !== 'verify' && step !== 'invalidateEdge');
      for (const step of others) expect(halfway.steps[step].state).toMatch(/done|provisional/);
      expect(halfway.state).toBe('running');

      world.mend();
      await world.settle();
      expect(await find(video)).toMatchObject({ state: 'deleted', interrupted: 0 });
      expect(await world.left(video.videoId, video.ownerId)).toEqual({});
    },
  );

  it('F3 keeps count when only some objects fail, and deletes only those again', async () => {
    const video = await world.video();
    const lift = world.s3.faults.failKeys({ key: /a_002/, code: 'AccessDenied' });
    await request(video);
    world.advance(10);
    await world.turn();
    expect((await find(video)).steps).toMatchObject({
      deleteObjects: { state: 'failed', error: 'AccessDenied', counts: { objects: 5 } },
      deleteRows: { state: 'done' },
    });
    expect(await world.inBucket(`videos/${video.videoId}/`)).toEqual([`videos/${video.videoId}/720p/a_002.ts`]);
    lift();
    await world.settle();
    expect(await find(video)).toMatchObject({
      state: 'deleted',
      steps: { deleteObjects: { counts: { objects: 6, versions: 2 } } },
    });
  });

  it('gives up after its attempts, tells the dead-letter queue, and is deleted after a replay', async () => {
    const video = await world.video();
    const lift = world.s3.faults.failRequests({ code: 'AccessDenied', status: 403 });
    const { deletionId } = await request(video);
    await world.settle();
    expect(await find(video)).toMatchObject({ state: 'failed', attempts: 12, dueAt: undefined });
    expect(world.queues.dead.messages()).toEqual([{ videoId: video.videoId, deletionId }]);
    lift();
    const admin = await world.user({ is_admin: true });
    await replayAsCaller(world.ports, { callerId: admin, videoId: video.videoId });
    await world.settle();
    expect((await find(video)).state).toBe('deleted');
    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
  });
});
