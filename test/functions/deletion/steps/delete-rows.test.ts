import { describe, expect, it, vi } from 'vitest';
import { LeaseLost, OutOfTime, StepFailed } from '../../../../functions/deletion/errors.ts';
import type { VideoRows } from '../../../../functions/deletion/ports.ts';
import { deleteRows } from '../../../../functions/deletion/steps/delete-rows.ts';
import { aTombstone } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const tombstone = aTombstone();
const NONE: Awaited<ReturnType<VideoRows['deleteVideo']>> = { counts: {}, missed: [] };

/** Rows of which each call of `deleteBatch` deletes as many as `batches` says, and then none. */
function tables(batches: number[] = [], end = NONE) {
  const { ports } = openMemoryWorld();
  const deleteBatch = vi.fn<VideoRows['deleteBatch']>(async () => batches.shift() ?? 0);
  const deleteVideo = vi.fn<VideoRows['deleteVideo']>(async () => end);
  const checkpoint = vi.fn(async () => {});
  const rows = { ...ports.rows, deleteBatch, deleteVideo };
  const run = () => deleteRows({ ...ports, rows }, tombstone, checkpoint);
  return { run, deleteBatch, deleteVideo, checkpoint, ports };
}

describe('the rows of a video', () => {
  it('go children first, the runs and the video with the last transaction', async () => {
    const { run, deleteBatch, deleteVideo, ports } = tables();
    expect(await run()).toEqual({ counts: {}, removed: false });
    const emptied = deleteBatch.mock.calls.map(([{ table }]) => table);
    expect(emptied.sort()).toEqual(['share_clicks', 'share_links', 'user_liked_videos', 'views', 'votes']);
    const known = { by: tombstone.requestedBy, at: ports.clock(), known: tombstone.target.runs };
    expect(deleteVideo.mock.calls).toEqual([[tombstone.videoId, known]]);
  });

  it('are deleted in batches until one is no more than half full, and counted', async () => {
    const { run, deleteBatch, checkpoint } = tables([5000, 2501, 2500], { counts: { videos: 1 }, missed: [] });
    const { counts, removed } = await run();
    const table = deleteBatch.mock.calls[0]?.[0].table as string;
    expect([counts, removed]).toEqual([{ [table]: 10_001, videos: 1 }, true]);
    expect(deleteBatch).toHaveBeenCalledTimes(3 + 4);
    expect(deleteBatch.mock.calls.every(([, , limit]) => limit === 5000)).toBe(true);
    expect(checkpoint).toHaveBeenCalledTimes(3 + 4 + 1);
  });

  it('wait for a run that was registered after the runs were stopped', async () => {
    const { changes, reopens, removed } = await tables([1], { counts: {}, missed: ['late'] }).run();
    expect(changes?.target).toEqual({ ...tombstone.target, runs: [...tombstone.target.runs, 'late'] });
    expect([reopens, removed]).toEqual([['cancelRuns', 'deleteRows'], true]);
  });
});

describe('an error of the database', () => {
  it('becomes a code, with what had been deleted until then', async () => {
    const { run, deleteVideo } = tables([3]);
    deleteVideo.mockRejectedValue(Object.assign(new Error('title "Holiday"'), { code: '40P01' }));
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
