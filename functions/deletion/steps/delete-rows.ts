import { placesIn } from '../data-map.ts';
import { type Counts, LeaseLost, OutOfTime, reasonOf, StepFailed } from '../errors.ts';
import type { Checkpoint, Ports } from '../ports.ts';
import type { Tombstone } from '../tombstone.ts';
import { plusCounts, type StepResult, total } from './step.ts';

/** Small enough to hold no lock for long, large enough that a million rows take a few hundred round trips. */
const BATCH = 5_000;

/** The tables that refer to the video, emptied before it: `processing_runs` goes with the video, which reports what it held. */
const CHILDREN = placesIn('rows').filter(
  ({ action, table }) => action === 'delete' && table !== 'videos' && table !== 'processing_runs',
);

/**
 * Children first, in bounded batches, each its own transaction; then one transaction resolves the reports and deletes the video.
 * A run that was registered after `cancelRuns` had looked is stopped first, and the rows wait for it.
 */
export async function deleteRows(
  { rows, clock }: Pick<Ports, 'rows' | 'clock'>,
  { videoId, requestedBy, target }: Tombstone,
  checkpoint: Checkpoint,
): Promise<StepResult> {
  const removed: Counts = {};
  try {
    for (const place of CHILDREN) {
      // Rows that change meanwhile make a batch smaller than it was meant to be; what is few goes with the video.
      for (let deleted = BATCH; deleted > BATCH / 2; ) {
        await checkpoint(removed);
        deleted = await rows.deleteBatch(place, videoId, BATCH);
        if (deleted > 0) removed[place.table] = (removed[place.table] ?? 0) + deleted;
      }
    }
    await checkpoint(removed);
    const { counts, missed } = await rows.deleteVideo(videoId, { by: requestedBy, at: clock(), known: target.runs });
    return {
      counts: plusCounts(removed, counts),
      removed: total(removed) + total(counts) > 0,
      ...(missed.length > 0 && {
        changes: { target: { ...target, runs: [...target.runs, ...missed] } },
        reopens: ['cancelRuns', 'deleteRows'],
      }),
    };
  } catch (error) {
    throw withCounts(error, removed);
  }
}

/** A driver's error becomes a failed step that knows what had been removed; a worker's own stop passes. */
function withCounts(error: unknown, removed: Counts): unknown {
  return error instanceof OutOfTime || error instanceof LeaseLost
    ? error
    : new StepFailed(reasonOf(error), removed, { cause: error });
}
