import { runNameOf } from '../data-map.ts';
import { type Counts, reasonOf, StepFailed } from '../errors.ts';
import type { Ports, VideoRuns } from '../ports.ts';
import type { Tombstone } from '../tombstone.ts';
import { SKIPPED, type StepResult } from './step.ts';

/** Names are probed one after another; a platform that restarts a video's processing more often than this registers its runs. */
const MOST_NAMES = 50;

/**
 * Stops the writers first: every registered run, or, where none is registered, every run that has one of the video's names. Those
 * that are known are stopped though the database cannot be asked for others.
 */
export async function cancelRuns(
  { runs, rows }: Pick<Ports, 'runs' | 'rows'>,
  { videoId, target }: Tombstone,
): Promise<StepResult> {
  if (!runs) return SKIPPED;
  const [read] = await Promise.allSettled([rows.runs(videoId)]);
  const registered = [...new Set([...target.runs, ...(read.status === 'fulfilled' ? read.value : [])])];
  const found = registered.length > 0 ? registered : await probe(runs, videoId);
  const outcomes = await Promise.allSettled(found.map((run) => runs.stop(run)));
  const counts: Counts = {};
  for (const outcome of outcomes) {
    const kind = outcome.status === 'fulfilled' ? outcome.value : 'failed';
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  const { failed: _, ...stopped } = counts;
  const isProgress = (stopped.stopped ?? 0) > 0;
  const failure = [...outcomes, read].find((outcome) => outcome.status === 'rejected');
  // A run that had ended already is met again by every retry: if it counted as progress, there would be no end to them.
  if (failure) throw new StepFailed(reasonOf(failure.reason), isProgress ? stopped : {}, { cause: failure.reason });
  return { counts: stopped, removed: isProgress, changes: { target: { ...target, runs: found } } };
}

async function probe(runs: VideoRuns, videoId: Tombstone['videoId']): Promise<string[]> {
  const found: string[] = [];
  for (let n = 0; n < MOST_NAMES; n++) {
    const run = runs.named(runNameOf(videoId, n));
    if ((await runs.state(run)) === 'unknown') break;
    found.push(run);
  }
  return found;
}
