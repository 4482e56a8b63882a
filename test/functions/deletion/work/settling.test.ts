import { describe, expect, it } from 'vitest';
import { sweepDeletions } from '../../../../functions/deletion/work/sweep-deletions.ts';
import { deletionsIn } from '../../../support/deletions.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { find, request, settling, expectDeletedOnce } = deletionsIn(world);

describe('what comes back while settling', () => {
  it('F10 an object is removed, counted as late, and the edge invalidated again', async () => {
    const video = await settling();
    const late = `videos/${video.videoId}/720p/a_099.ts`;
    await world.put(late);
    await world.viewers.view(`/${late}`);
    await world.settle();
    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
    const tombstone = await find(video);
    expect(tombstone).toMatchObject({ state: 'deleted', late: { objects: 1 } });
    expect(tombstone.edgeRequests).toBe(2);
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
    world.mend();
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
