import type { Deletion, Step } from '../../client/types.ts';

/** A stretch of time of one step, in milliseconds since 1970. `waits`: between attempts, or for the edge. */
export type Stretch = { kind: 'works' | 'waits' | 'failed'; from: number; to: number };
export type Row = { step: Step; stretches: Stretch[] };
export type Timeline = { from: number; to: number; rows: Row[] };

const at = (time: string) => Date.parse(time);

/**
 * What each step did and when, from the time at which work could begin. The undo window is not part of it: thirty days
 * beside two hours would hide both. Undefined before any step has begun.
 * @param now milliseconds since 1970: the end, unless the deletion is over
 */
export function timelineOf(deletion: Deletion, now: number): Timeline | undefined {
  const begins = deletion.steps.flatMap(({ startedAt }) => (startedAt ? [at(startedAt)] : []));
  if (begins.length === 0) return undefined;
  const ends = deletion.steps.flatMap(({ finishedAt }) => (finishedAt ? [at(finishedAt)] : []));
  const mayBegin = deletion.undoableUntil ? at(deletion.undoableUntil) : 0;
  // A video is hidden when its deletion is requested, long before work begins.
  const from = Math.min(
    ...begins.filter((begin) => begin >= mayBegin),
    ...(ends.some((end) => end >= mayBegin) ? [] : begins),
  );
  const isOpen = deletion.state === 'running' || deletion.state === 'settling';
  // Where nothing goes on any more, the last event is the end: a week of waiting for somebody would hide all else.
  const moves = deletion.history?.map((entry) => at(entry.at)) ?? [];
  const to = Math.max(isOpen ? now : Math.max(...ends, ...moves), from + 1);
  const rows = deletion.steps.map((step) => ({
    step,
    stretches: stretchesOf(step, deletion, { isOpen, to }).map((one) => ({
      ...one,
      from: Math.max(one.from, from),
      to: Math.max(one.to, from),
    })),
  }));
  return { from, to, rows };
}

function stretchesOf(step: Step, { edge }: Deletion, { isOpen, to }: { isOpen: boolean; to: number }): Stretch[] {
  const { startedAt, lastStartedAt, finishedAt, failed = [] } = step;
  if (!startedAt || !finishedAt) return [];
  const [began, last, ended] = [at(startedAt), at(lastStartedAt ?? startedAt), at(finishedAt)];
  const stretches: Stretch[] = [];
  if (last > began) stretches.push({ kind: 'waits', from: began, to: last });
  for (const attempt of failed)
    stretches.push({ kind: 'failed', from: at(attempt.startedAt), to: at(attempt.finishedAt) });
  const isFailed = (time: string) => failed.some((attempt) => attempt.startedAt === time);
  // Only the begin of the first attempt is known where the next one followed.
  if (lastStartedAt && !isFailed(startedAt) && failed.length === 0)
    stretches.push({ kind: 'works', from: began, to: began });
  if (!isFailed(lastStartedAt ?? startedAt)) stretches.push({ kind: 'works', from: last, to: ended });
  const isDone = step.state === 'done' || step.state === 'skipped';
  const confirmedAt = step.name === 'invalidateEdge' && edge?.completedAt ? at(edge.completedAt) : undefined;
  if (confirmedAt !== undefined && confirmedAt > ended) stretches.push({ kind: 'waits', from: ended, to: confirmedAt });
  else if (isOpen && !isDone) stretches.push({ kind: 'waits', from: ended, to });
  return stretches;
}

/** Distances between the times on the axis, in milliseconds. */
const SECOND = 1_000;
const STEPS = [1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800].map(
  (s) => s * SECOND,
);

/** Round times between `from` and `to`, at most so many. */
export function ticksBetween(from: number, to: number, most: number): number[] {
  const step = STEPS.find((one) => (to - from) / one <= most) ?? Math.ceil((to - from) / most);
  const zone = new Date(from).getTimezoneOffset() * 60 * SECOND;
  const first = Math.ceil((from - zone) / step) * step + zone;
  return Array.from(
    { length: Math.max(0, Math.floor((to - first) / step) + 1) },
    (_, position) => first + position * step,
  );
}
