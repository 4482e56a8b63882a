import { describe, expect, it, vi } from 'vitest';
import type { Ports, VideoCache } from '../../../../functions/deletion/ports.ts';
import { workOnDeletion } from '../../../../functions/deletion/work/work-on-deletion.ts';
import { createBarrier } from '../../../support/barrier.ts';
import { deletionsIn, type Video } from '../../../support/deletions.ts';
import { PATIENCE } from '../../../support/patience.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { due, find, receipt, expectGone, expectDeletedOnce } = deletionsIn(world);
const PLENTY = () => 900_000;

/** The worker dies in this call, after it took effect, and another one ends the deletion. */
async function dieIn(video: Video, call: (ports: Ports, die: () => Promise<void>) => Partial<Ports>): Promise<void> {
  const message = await due(video);
  const dead = createBarrier();
  void workOnDeletion({ ...world.ports, ...call(world.ports, dead.pass) }, message, PLENTY);
  await dead.arrived(1);
  world.advance(world.ports.rules.leaseSeconds + 1);
  await workOnDeletion(world.ports, message, PLENTY);
  await world.settle();
  await expectGone(video);
}

const countsOf = async (video: Video) => {
  const { counts, exceptions } = await receipt(video);
  return { counts, atLeast: exceptions.atLeast };
};

describe('a figure that may be too low', () => {
  it('is marked where a worker died, and the figures of the steps before are not', async () => {
    const video = await world.video();
    await dieIn(video, ({ rows }, die) => ({
      rows: {
        ...rows,
        async deleteBatch(...all) {
          const count = await rows.deleteBatch(...all);
          if (count > 0) await die();
          return count;
        },
      },
    }));
    const { counts, atLeast } = await countsOf(video);
    expect(counts.deleteObjects).toMatchObject({ objects: 6, uploads: 1 });
    expect(atLeast).toEqual(['deleteRows', 'invalidateCache']);
  });

  it('is marked where the answer of the database was lost, and not where it has refused', async () => {
    const [lost, refused] = [await world.video(), await world.video()];
    for (const [video, code] of [
      [lost, 'ECONNRESET'],
      [refused, '40P01'],
    ] as const) {
      const message = await due(video);
      const { rows } = world.ports;
      const deleteBatch = async () => {
        throw Object.assign(new Error('broken'), { code });
      };
      await workOnDeletion({ ...world.ports, rows: { ...rows, deleteBatch } }, message, PLENTY);
      await world.settle();
    }
    expect((await countsOf(lost)).atLeast).toEqual(['deleteRows']);
    expect((await countsOf(refused)).atLeast).toBeUndefined();
  });

  it('is counted and marked where the cache fails after it has deleted copies', async () => {
    const video = await world.video();
    const message = await due(video);
    const cache = world.ports.cache as VideoCache;
    const invalidate: VideoCache['invalidate'] = async (...all) => ({
      ...(await cache.invalidate(...all)),
      atLeast: true,
    });
    await workOnDeletion({ ...world.ports, cache: { ...cache, invalidate } }, message, PLENTY);
    await world.settle();
    expect((await countsOf(video)).atLeast).toEqual(['invalidateCache']);
  });
});

it('a call that takes longer than a lease loses no lease, and what was deleted before is written meanwhile', async () => {
  const video = await world.video();
  const message = await due(video);
  const { objects, rules } = world.ports;
  let before = '';
  const deleteAll: typeof objects.deleteAll = async (target, checkpoint) => {
    const counts = { objects: 1 };
    await checkpoint(counts);
    counts.objects = 2;
    before = (await find(video)).lease?.until ?? '';
    world.advance(1);
    await vi.waitFor(async () => expect((await find(video)).steps.deleteObjects.counts.objects).toBe(2), PATIENCE);
    expect(Date.parse((await find(video)).lease?.until ?? '')).toBeGreaterThan(Date.parse(before));
    return await objects.deleteAll(target, checkpoint);
  };
  await workOnDeletion(
    { ...world.ports, rules: { ...rules, leaseSeconds: 1 }, objects: { ...objects, deleteAll } },
    message,
    PLENTY,
  );
  expect(before).not.toBe('');
  await world.settle();
  await expectDeletedOnce(video);
  expect(await find(video)).toMatchObject({ interrupted: 0 });
});
