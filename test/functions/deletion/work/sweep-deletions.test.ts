import { expect, it } from 'vitest';
import { requestDeletion } from '../../../../functions/deletion/requests/request-deletion.ts';
import { sweepDeletions } from '../../../../functions/deletion/work/sweep-deletions.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

it('stops when its time runs short, after what it had begun; the rest is due the next time', async () => {
  const { ports, video, advance } = openMemoryWorld();
  for (let n = 0; n < 25; n++) {
    const { ownerId, videoId } = await video();
    await requestDeletion(ports, { callerId: ownerId, videoId });
  }
  advance(1_000);
  let looks = 0;
  expect(await sweepDeletions(ports, () => (++looks > 1 ? 19_999 : 55_000))).toBe(20);
  expect(await sweepDeletions(ports)).toBe(5);
});

it('one that cannot be taken up keeps none of the others', async () => {
  const { ports, video, advance } = openMemoryWorld();
  const videos = [await video(), await video(), await video()];
  for (const { ownerId, videoId } of videos) await requestDeletion(ports, { callerId: ownerId, videoId });
  advance(1_000);
  const find: typeof ports.tombstones.find = async (videoId) => {
    if (videoId === videos[1]?.videoId) throw new Error('It cannot be read');
    return await ports.tombstones.find(videoId);
  };
  expect(await sweepDeletions({ ...ports, tombstones: { ...ports.tombstones, find } })).toBe(2);
});

it('tells the age of the oldest deletion though the table does not say what is due', async () => {
  const { ports, video, advance } = openMemoryWorld();
  const { ownerId, videoId } = await video();
  await requestDeletion(ports, { callerId: ownerId, videoId });
  advance(100);
  const recorded: unknown[][] = [];
  const broken = {
    ...ports,
    metrics: { record: (...figure: unknown[]) => void recorded.push(figure) },
    tombstones: {
      ...ports.tombstones,
      due: async function* (): AsyncGenerator<never> {
        yield await Promise.reject<never>(new Error('The index does not answer'));
      },
    },
  };
  await expect(sweepDeletions(broken)).rejects.toThrow('The index does not answer');
  expect(recorded).toEqual([['OldestOpenDeletionAge', 90]]);
});
