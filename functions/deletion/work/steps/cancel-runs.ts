import { chunksOf } from '../../chunks-of.ts';
import type { Counts } from '../../counts.ts';
import { fittingRuns } from '../../data-map/target.ts';
import { isRefusal, reasonOf, StepFailed } from '../../errors.ts';
import { refuseKnownOrphan } from '../../orphans/guard-orphan.ts';
import type { Checkpoint, Clock, Ports, VideoRuns } from '../../ports.ts';
import { sha256 } from '../../record/history.ts';
import type { StepResult } from '../../record/step-record.ts';
import type { Target, Tombstone } from '../../record/tombstone.ts';
import { findRuns } from '../find-runs.ts';
import { isNamedAfter, runsOfOthers } from '../other-videos.ts';
import { SKIPPED } from './skipped.ts';

/** How many runs are stopped at the same time: StopExecution refills its quota with 25 a second in smaller regions. */
const TOGETHER = 20;
/**
 * How long one pass stops runs. DescribeExecution refills its quota with 15 a second, so thousands of runs would take
 * all of a worker's time, and nothing else of the video would ever be deleted.
 */
const MOST_SECONDS = 60;

/**
 * Stops the writers first: every registered run. If none is registered, every run that has one of the video's names.
 * The known runs are stopped even if the database or Step Functions does not answer the search for others. A run that
 * another video needs as well is left alone. Until the database says so, only runs with this video's name are stopped.
 * @throws {StepFailed} `RunsRemain` where they are too many for one pass: the next one goes on behind the last
 */
export async function cancelRuns(
  ports: Pick<Ports, 'runs' | 'rows' | 'tombstones' | 'clock'>,
  tombstone: Tombstone,
  checkpoint: Checkpoint,
): Promise<StepResult<'cancelRuns'>> {
  const { runs, rows } = ports;
  const { videoId, target, steps } = tombstone;
  if (!runs) return SKIPPED;
  await refuseKnownOrphan(ports, tombstone);
  const [read] = await Promise.allSettled([rows.runs(videoId)]);
  const registered = read.status === 'fulfilled' ? read.value : [];
  const known = [...new Set([...target.runs, ...(target.sharedRuns ?? []), ...registered])];
  const byName = target.runsByName ?? known.length === 0;
  const [probed] = await Promise.allSettled([findRuns(runs, { videoId, known, byName })]);
  const found = probed.status === 'fulfilled' ? probed.value : known;
  const [asked] = await Promise.allSettled([runsOfOthers(ports, videoId, found)]);
  const others =
    asked.status === 'fulfilled' ? asked.value : new Set(found.filter((run) => !isNamedAfter(run, videoId)));
  const ours = found.filter((run) => !others.has(run)).sort();
  const { sha256: of } = digestOf(ours);
  // A run that was registered since may come before the last one that was stopped: then all are looked at again.
  const from = target.runsFrom?.of === of ? target.runsFrom.run : undefined;
  const { outcomes, last } = await stopFrom(ports.clock, runs, ours, from);
  const stopped = target.runsFrom || last ? stopsIn(outcomes) : newOnes(outcomes, steps.cancelRuns.counts);
  const isProgress = (stopped.stopped ?? 0) > 0;
  const failure = [...outcomes, read, probed, asked].find((outcome) => outcome.status === 'rejected');
  // Every retry finds the runs that have ended. If those counted as progress, the retries would never end.
  if (failure) {
    const atLeast = outcomes.some((stop) => stop.status === 'rejected' && !isRefusal(reasonOf(stop.reason)));
    throw new StepFailed(reasonOf(failure.reason), isProgress ? stopped : {}, { cause: failure.reason, atLeast });
  }
  if (last) {
    await checkpoint(stopped, { target: { ...target, runsFrom: { run: last, of } } });
    throw new StepFailed('RunsRemain', stopped);
  }
  return {
    counts: stopped,
    changed: isProgress,
    changes: { target: { ...withRuns(target, { ours, others, registered }), ...(byName && { runsByName: true }) } },
  };
}

/** Stops the runs behind `from`. `last`: where the time of this pass was over. */
async function stopFrom(clock: Clock, runs: VideoRuns, ours: readonly string[], from = '') {
  const endAt = clock().getTime() + MOST_SECONDS * 1000;
  const outcomes: PromiseSettledResult<Outcome>[] = [];
  const groups = chunksOf(
    ours.filter((run) => run > from),
    TOGETHER,
  );
  for (const [position, group] of groups.entries()) {
    outcomes.push(...(await Promise.allSettled(group.map((run) => runs.stop(run)))));
    if (position < groups.length - 1 && clock().getTime() >= endAt) return { outcomes, last: group.at(-1) };
  }
  return { outcomes };
}

/** Of a part of the runs, nobody can tell which of those that have ended were counted before. */
function stopsIn(outcomes: readonly PromiseSettledResult<Outcome>[]): Counts {
  const stopped = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value === 'stopped').length;
  return stopped > 0 ? { stopped } : {};
}

/** How many there are of each kind that no earlier pass has counted: a run that was stopped is an ended one now. */
function newOnes(outcomes: readonly PromiseSettledResult<Outcome>[], counted: Partial<Record<Outcome, number>>) {
  const now = { stopped: 0, ended: 0, unknown: 0 };
  for (const outcome of outcomes) if (outcome.status === 'fulfilled') now[outcome.value] += 1;
  const { stopped = 0, ended = 0, unknown = 0 } = counted;
  const fresh = { ...now, ended: now.ended - stopped - ended, unknown: now.unknown - unknown };
  return Object.fromEntries(Object.entries(fresh).filter(([, count]) => count > 0)) as Counts;
}
type Outcome = 'stopped' | 'ended' | 'unknown';

/** The runs that were stopped: by their names, or as one digest where the tombstone would grow too large. */
function withRuns(
  { manyRuns: _, sharedRuns: __, runsFrom: ___, ...target }: Target,
  { ours, others, registered }: { ours: readonly string[]; others: ReadonlySet<string>; registered: readonly string[] },
): Target {
  const runs = fittingRuns(ours);
  const sharedRuns = fittingRuns([...others]);
  const isTooMany = runs.length + sharedRuns.length < ours.length + others.size;
  return {
    ...target,
    runs,
    ...(sharedRuns.length > 0 && { sharedRuns }),
    ...(isTooMany && { manyRuns: digestOf(registered) }),
  };
}

/** Of the same runs it is the same, in whatever order they are read. */
export function digestOf(runs: readonly string[]): { count: number; sha256: string } {
  return { count: runs.length, sha256: sha256([...runs].sort().join('\n')) };
}
