import { type Counts, reasonOf, StepFailed } from '../../errors.ts';
import type { Ports } from '../../ports.ts';
import type { Tombstone } from '../../record/tombstone.ts';
import { findRuns } from '../find-runs.ts';
import { SKIPPED, type StepResult } from './step.ts';

/**
 * Stops the writers first: every registered run, or, where none is registered, every run that has one of the video's names. Those
 * that are known are stopped though the database, or Step Functions, cannot be asked for others.
 */
export async function cancelRuns(
  { runs, rows }: Pick<Ports, 'runs' | 'rows'>,
  { videoId, target }: Tombstone,
): Promise<StepResult> {
  if (!runs) return SKIPPED;
  const [read] = await Promise.allSettled([rows.runs(videoId)]);
  const known = [...new Set([...target.runs, ...(read.status === 'fulfilled' ? read.value : [])])];
  const byName = target.runsByName ?? known.length === 0;
  const [probed] = await Promise.allSettled([findRuns(runs, { videoId, known, byName })]);
  const found = probed.status === 'fulfilled' ? probed.value : known;
  const outcomes = await Promise.allSettled(found.map((run) => runs.stop(run)));
  const counts: Counts = {};
  for (const outcome of outcomes) {
    const kind = outcome.status === 'fulfilled' ? outcome.value : 'failed';
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  const { failed: _, ...stopped } = counts;
  const isProgress = (stopped.stopped ?? 0) > 0;
  const failure = [...outcomes, read, probed].find((outcome) => outcome.status === 'rejected');
  // A run that had ended already is met again by every retry: if it counted as progress, there would be no end to them.
  if (failure) throw new StepFailed(reasonOf(failure.reason), isProgress ? stopped : {}, { cause: failure.reason });
  return {
    counts: stopped,
    removed: isProgress,
    changes: { target: { ...target, runs: found, ...(byName && { runsByName: true }) } },
  };
}
