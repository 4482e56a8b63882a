import { describe, expect, it, vi } from 'vitest';
import { LeaseLost, OutOfTime, StepFailed } from '../../../../../functions/deletion/errors.ts';
import type { VideoRows } from '../../../../../functions/deletion/ports.ts';
import { deleteRows } from '../../../../../functions/deletion/work/steps/delete-rows.ts';
import { aTombstone } from '../../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../../support/memory-world.ts';

const tombstone = aTombstone();
const NONE: Awaited<ReturnType<VideoRows['deleteVideoRow']>> = { counts: {}, missed: [] };

/**
 * Each call of `deleteBatch` deletes the next number of rows in `batches`. After the last, there is nothing left to
 * delete.
 */
function tables(batches: number[] = [], end = NONE) {
  const { ports } = openMemoryWorld();
  const deleteBatch = vi.fn<VideoRows['deleteBatch']>(async () => batches.shift() ?? 0);
  const deleteVideoRow = vi.fn<VideoRows['deleteVideoRow']>(async () => end);
  const checkpoint = vi.fn(async () => {});
  const rows = { ...ports.rows, deleteBatch, deleteVideoRow };
  const run = () => deleteRows({ ...ports, rows }, tombstone, checkpoint);
  return { run, deleteBatch, deleteVideoRow, checkpoint, ports };
}

describe('the rows of a video', () => {
  it('go children first, the runs and the video with the last transaction', async () => {
    const { run, deleteBatch, deleteVideoRow, ports } = tables();
    expect(await run()).toEqual({ counts: {}, changed: false });
    const emptied = deleteBatch.mock.calls.map(([{ table }]) => table);
    expect(emptied.sort()).toEqual(['share_clicks', 'share_links', 'user_liked_videos', 'views', 'votes']);
    const known = { by: tombstone.ownerId, at: ports.clock(), known: tombstone.target.runs };
    expect(deleteVideoRow.mock.calls).toEqual([[tombstone.videoId, known]]);
  });

  it('are deleted in batches until one is no more than half full, and counted', async () => {
    const { run, deleteBatch, checkpoint } = tables([5000, 5001, 10_000], { counts: { videos: 1 }, missed: [] });
    const { counts, changed } = await run();
    const table = deleteBatch.mock.calls[0]?.[0].table as string;
    expect([counts, changed]).toEqual([{ [table]: 20_001, videos: 1 }, true]);
    expect(deleteBatch).toHaveBeenCalledTimes(3 + 4);
    expect(deleteBatch.mock.calls.slice(0, 4).map(([, , limit]) => limit)).toEqual([5_000, 10_000, 20_000, 5_000]);
    expect(checkpoint).toHaveBeenCalledTimes(3 + 4 + 1);
  });

  it('one of a child and the one of the video are two that were removed', async () => {
    expect(await tables([1], { counts: { videos: 1 }, missed: [] }).run()).toMatchObject({ changed: true });
  });

  it.each([
    ['is busy, down to 500', 1, [5_000, 500, 500, 500]],
    ['needs its time', 0.08, [5_000, 2_500, 2_500, 2_500]],
    ['is quick, twice as many at a time and up to 20,000', 0.001, [5_000, 10_000, 20_000, 20_000]],
  ])('are deleted in batches of 200 ms, whether the database %s', async (_, millisecondsARow, sizes) => {
    const { ports, advance } = openMemoryWorld();
    const asked: number[] = [];
    const deleteBatch: VideoRows['deleteBatch'] = async (_place, _videoId, limit) => {
      if (asked.length === sizes.length) return 0;
      asked.push(limit);
      advance((limit * millisecondsARow) / 1_000);
      return limit;
    };
    const rows = { ...ports.rows, deleteBatch, deleteVideoRow: async () => NONE };
    await deleteRows({ ...ports, rows }, tombstone, async () => {});
    expect(asked).toEqual(sizes);
  });

  it('wait for a run that was registered after the runs were stopped', async () => {
    const { changes, reopens, changed } = await tables([1], { counts: {}, missed: ['late'] }).run();
    expect(changes?.target).toEqual({ ...tombstone.target, runs: [...tombstone.target.runs, 'late'] });
    expect([reopens, changed]).toEqual([['cancelRuns', 'deleteRows'], true]);
  });
});

describe('an error of the database', () => {
  it('becomes a code, with what had been deleted until then', async () => {
    const { run, deleteVideoRow } = tables([3]);
    deleteVideoRow.mockRejectedValue(Object.assign(new Error('title "Holiday"'), { code: '40P01' }));
    const error = await run().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StepFailed);
    expect(error).toMatchObject({ code: '40P01', counts: { share_clicks: 3 } });
  });

  it.each([new OutOfTime(), new LeaseLost()])('is none when the worker has to stop: $name', async (stop) => {
    const { run, checkpoint } = tables();
    checkpoint.mockRejectedValueOnce(stop);
    await expect(run()).rejects.toBe(stop);
  });
});
