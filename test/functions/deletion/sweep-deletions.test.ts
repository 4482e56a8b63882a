import { expect, it } from 'vitest';
import { requestDeletion } from '../../../functions/deletion/request-deletion.ts';
import { sweepDeletions } from '../../../functions/deletion/sweep-deletions.ts';
import { openMemoryWorld } from '../../support/memory-world.ts';

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
