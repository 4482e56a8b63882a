import { describe, expect, it } from 'vitest';
import type { VideoCache } from '../../../../functions/deletion/ports.ts';
import { deletionsIn } from '../../../support/deletions.ts';
import { recordedIn } from '../../../support/recorded.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { find, request, settling } = deletionsIn(world);
const { valuesOf, sums } = recordedIn(world);

describe('what is found before everything was empty once', () => {
  it('is no residue', async () => {
    const video = await world.video();
    await request(video);
    const cache = world.ports.cache as VideoCache;
    let times = 0;
    const late = async (...args: Parameters<VideoCache['invalidate']>) => {
      const counts = await cache.invalidate(...args);
      const isFirst = (await find(video)).state === 'running' && times++ === 0;
      if (isFirst) await world.inRedis.run((client) => client.set(`video:${video.videoId}:meta`, 'slow'));
      return counts;
    };
    world.ports.cache = { ...cache, invalidate: late };
    await world.settle();
    expect((await find(video)).steps.verify.counts).toMatchObject({ keys: 1 });
    expect(sums()).toMatchObject({ DeletionsDeleted: 1, ResidueFound: 0 });
  });
});

describe('what is found while settling', () => {
  it('counts as residue: an object that a late writer left', async () => {
    const video = await settling();
    await world.put(`videos/${video.videoId}/720p/a_099.ts`);
    await world.settle();
    expect(valuesOf('ResidueFound')).toEqual([1, 0]);
    expect(sums()).toMatchObject({ ObjectsDeleted: 11, DeletionsDeleted: 1 });
  });

  it('counts as residue: a cached copy of a slow reader', async () => {
    const video = await settling();
    await world.inRedis.run((client) => client.set(`video:${video.videoId}:meta`, 'slow'));
    await world.settle();
    expect(valuesOf('ResidueFound')).toEqual([1, 0]);
  });

  it("does not count the owner's own lists", async () => {
    const video = await settling();
    await world.inRedis.run((client) => client.set(`user:${video.ownerId}:profile`, 'fresh'));
    await world.settle();
    expect(valuesOf('ResidueFound')).toEqual([0]);
  });
});
