import { describe, expect, it } from 'vitest';
import type { VideoRow } from '../../../../functions/deletion/ports.ts';
import { reapplyDeletion } from '../../../../functions/deletion/requests/reapply-deletion.ts';
import { aTombstone, aVideoId } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const videoId = aVideoId();
const KEPT = [`originals/${videoId}.mov`, `uploads/${videoId}.mp4`];

/** Deletes a deleted video again, with or without a restored row. The edge was asked `requests` times before. */
async function again({ row, requests = 0 }: { row?: VideoRow; requests?: number } = {}) {
  const { ports } = openMemoryWorld();
  const known = aTombstone({ videoId, state: 'deleted', hidden: true, progressed: true, attempts: 3, interrupted: 2 });
  known.target = { ...known.target, strayKeys: KEPT.toReversed(), runs: ['first', 'both'] };
  known.edgeRequests = requests;
  known.steps.deleteObjects = { state: 'done', attempts: 2, counts: { objects: 9 } };
  await ports.tombstones.write(undefined, known);
  const rows = { ...ports.rows, find: async () => ({ ...(row && { video: row }) }) };
  return { known, next: await reapplyDeletion({ ...ports, rows }, { videoId, by: 'operator' }, known) };
}

describe('a deletion that is applied again', () => {
  it('begins as before the first pass, at once', async () => {
    const { next } = await again();
    expect(next).toMatchObject({ state: 'running', hidden: false, progressed: false, attempts: 0, interrupted: 0 });
    expect(next).toMatchObject({ dueAt: '2026-11-22T10:00:00.000Z', late: {} });
    expect(next.steps.deleteObjects).toEqual({ state: 'waiting', attempts: 0, counts: {} });
    expect(next.history.at(-1)).toMatchObject({ from: 'deleted', to: 'running', by: 'operator' });
  });

  it('keeps the number of the last request to the edge, so that an old answer is none', async () => {
    expect((await again({ requests: 2 })).next.edgeRequests).toBe(2);
    expect((await again()).next.edgeRequests).toBe(0);
  });

  it('removes what it knew without the row, and with it what the row names besides, each once', async () => {
    const { known, next } = await again();
    const folders = [`uploads/${videoId}/`, `originals/${videoId}/`];
    expect(next.target).toEqual({ ...known.target, folders });
    const back = `uploads/${videoId}.webm`;
    const row: VideoRow = {
      ownerId: known.ownerId,
      status: 'ready',
      urls: [back, KEPT[1] as string],
      hidden: false,
      runs: ['both', 'new'],
    };
    const { target } = (await again({ row })).next;
    expect(target).toMatchObject({ folders, strayKeys: [...KEPT, back], runs: ['first', 'both', 'new'] });
  });
});
