import { describe, expect, it } from 'vitest';
import type { Ports } from '../../../../functions/deletion/ports.ts';
import { requestDeletion } from '../../../../functions/deletion/requests/request-deletion.ts';
import { sweepDeletions } from '../../../../functions/deletion/work/sweep-deletions.ts';
import { workOnDeletion } from '../../../../functions/deletion/work/work-on-deletion.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const NEVER = new Promise<never>(() => {});
const PLENTY = () => 900_000;

async function requested() {
  const world = openMemoryWorld();
  const video = await world.video();
  const { deletion } = await requestDeletion(world.ports, { callerId: video.ownerId, videoId: video.videoId });
  world.advance(11);
  const message = { videoId: video.videoId, deletionId: deletion.deletionId };
  const find = async () => {
    const tombstone = await world.ports.tombstones.find(video.videoId);
    if (!tombstone) throw new Error('There is no tombstone');
    return tombstone;
  };
  return { world, message, find };
}

/** Starts a worker that dies when it calls `reach`. `dying` says which ports call it. Its lease then ends. */
async function die(
  { world, message }: Awaited<ReturnType<typeof requested>>,
  dying: (reach: () => Promise<never>) => Partial<Ports>,
) {
  await new Promise<void>((resolve) => {
    const reach = () => {
      resolve();
      return NEVER;
    };
    void workOnDeletion({ ...world.ports, ...dying(reach) }, message, PLENTY);
  });
  world.advance(61);
}

describe('a worker that dies', () => {
  it('has spent no attempt if it got anywhere, so that a huge video is never given up for its crashes', async () => {
    const asked = await requested();
    const { world, find } = asked;
    const { rows, objects } = world.ports;
    const removing = { ...objects, deleteAll: async () => ({ objects: 1 }) };
    for (let deaths = 0; deaths < 15; deaths++)
      await die(asked, (reach) => ({ objects: removing, rows: { ...rows, deleteBatch: reach } }));
    expect((await find()).attempts).toBe(1);
    await sweepDeletions(world.ports);
    await world.settle();
    expect(await find()).toMatchObject({ state: 'deleted', interrupted: 15 });
  });

  it('has spent one if it got nowhere, and is given up after twelve', async () => {
    const asked = await requested();
    const { world, message, find } = asked;
    for (let deaths = 0; deaths < 12; deaths++)
      await die(asked, (reach) => ({ rows: { ...world.ports.rows, runs: reach } }));
    await workOnDeletion(world.ports, message, PLENTY);
    expect(await find()).toMatchObject({ state: 'failed', attempts: 12 });
  });
});
