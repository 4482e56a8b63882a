import type { Deletion } from '../../client/types.ts';

/** Between two looks at one deletion, in milliseconds: the least, the most, and how much longer with each that shows nothing new. */
const WAIT = { least: 1_000, most: 15_000, growth: 1.5 };

type Plan = { nextAt: number; wait: number; seen: string };
/** What a look shows of a deletion. */
type Seen = Pick<Deletion, 'state' | 'steps' | 'dueAt' | 'undoableUntil'>;

/**
 * When each deletion is looked at next: soon while there is news, less and less often while there is none, and in time for what
 * the server has said will come. A page that stays open for the settling would ask hundreds of times otherwise.
 */
export function createLookPlan({ now, serverNow }: { now: () => number; serverNow: () => number }) {
  const plans = new Map<string, Plan>();
  const nextAt = (id: string) => plans.get(id)?.nextAt ?? 0;
  return {
    /** Those that it is time to look at, the longest overdue first. */
    due: <Entry extends { video: { id: string } }>(entries: readonly Entry[]): Entry[] =>
      entries.filter(({ video }) => nextAt(video.id) <= now()).sort((a, b) => nextAt(a.video.id) - nextAt(b.video.id)),
    looked(id: string, deletion: Seen) {
      const seen = JSON.stringify([deletion.state, deletion.steps]);
      const before = plans.get(id);
      const wait = before?.seen === seen ? Math.min(WAIT.most, before.wait * WAIT.growth) : WAIT.least;
      const times = [deletion.dueAt, deletion.undoableUntil].flatMap((time) =>
        time ? Date.parse(time) - serverNow() : [],
      );
      const coming = times.filter((milliseconds) => milliseconds > 0);
      plans.set(id, { wait, seen, nextAt: now() + Math.max(WAIT.least, Math.min(wait, ...coming)) });
    },
    /** The page was away: all of them may have changed. */
    lookAtAll: () => plans.clear(),
  };
}
