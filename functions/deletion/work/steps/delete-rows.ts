import { type Counts, plusCounts, total } from '../../counts.ts';
import { batchedTables } from '../../data-map/data-map.ts';
import { fittingRuns } from '../../data-map/target.ts';
import { isRefusal, LeaseLost, OutOfTime, reasonOf, StepFailed } from '../../errors.ts';
import { guardOrphan } from '../../orphans/guard-orphan.ts';
import type { Checkpoint, Ports } from '../../ports.ts';
import type { StepResult } from '../../record/step-record.ts';
import { firstRequestOf, type Tombstone } from '../../record/tombstone.ts';
import { digestOf } from './cancel-runs.ts';

/**
 * The size of batches, in rows. Each batch should take about `milliseconds`, and is at most twice as large as the last
 * one. So a lock lasts only a short time, even if the database is busy. A million rows take about fifty round trips.
 */
const BATCH = { first: 5_000, least: 500, most: 20_000, milliseconds: 200 };

/**
 * Deletes the children first, in bounded batches, each in its own transaction. Then one transaction resolves the
 * reports and deletes the video. If a run was registered after `cancelRuns` had read the runs, that run must be stopped
 * first, so both steps are reopened.
 */
export async function deleteRows(
  { rows, clock }: Pick<Ports, 'rows' | 'clock'>,
  tombstone: Tombstone,
  checkpoint: Checkpoint,
): Promise<StepResult<'deleteRows'>> {
  const guarded = guardOrphan({ rows }, tombstone, checkpoint);
  const { videoId, target } = tombstone;
  const { by } = firstRequestOf(tombstone);
  const deleted: Counts = {};
  try {
    for (const place of batchedTables()) {
      // The database skips locked rows, so a batch may be short although rows are left. The video's transaction deletes
      // the last few.
      for (let size = BATCH.first, isMore = true; isMore; ) {
        await guarded(deleted);
        const from = clock().getTime();
        const count = await rows.deleteBatch(place, videoId, size);
        if (count > 0) deleted[place.table] = (deleted[place.table] ?? 0) + count;
        isMore = count > size / 2;
        size = nextSize(size, clock().getTime() - from);
      }
    }
    await guarded(deleted);
    const { counts, missed } = await rows.deleteVideoRow(videoId, {
      by,
      at: clock(),
      known: await stoppedRuns(rows, tombstone),
    });
    return {
      counts: plusCounts(deleted, counts),
      changed: total(deleted) + total(counts) > 0,
      ...(missed.length > 0 && {
        changes: { target: { ...target, runs: fittingRuns([...target.runs, ...missed]) } },
        reopens: ['cancelRuns', 'deleteRows'],
      }),
    };
  } catch (error) {
    throw withCounts(error, deleted);
  }
}

/**
 * The runs that `cancelRuns` has stopped, or left to another video. Where they are too many for the tombstone, those
 * that are registered, if they
 * are still the same: else there is one that nobody has stopped, and all are looked at again.
 */
async function stoppedRuns(
  rows: Pick<Ports['rows'], 'runs'>,
  { videoId, target: { runs, sharedRuns = [], manyRuns } }: Tombstone,
): Promise<readonly string[]> {
  if (!manyRuns) return [...runs, ...sharedRuns];
  const registered = await rows.runs(videoId);
  return digestOf(registered).sha256 === manyRuns.sha256 ? registered : [];
}

function nextSize(size: number, milliseconds: number): number {
  const { least, most } = BATCH;
  const fitting = (size * BATCH.milliseconds) / Math.max(1, milliseconds);
  return Math.round(Math.min(most, 2 * size, Math.max(least, fitting)));
}

/** Turns a driver's error into a failed step with the counts so far. An error that stops the worker stays as it is. */
function withCounts(error: unknown, deleted: Counts): unknown {
  if (error instanceof OutOfTime || error instanceof LeaseLost) return error;
  const code = reasonOf(error);
  return new StepFailed(code, deleted, { cause: error, atLeast: !isRefusal(code) });
}
