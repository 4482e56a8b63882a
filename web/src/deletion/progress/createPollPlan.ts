import type { Deletion } from '../../client/types.ts';

/** The wait between two polls of one deletion, in milliseconds. It grows with each poll that shows nothing new. */
const WAIT = { least: 1_000, most: 15_000, growth: 1.5 };

type Plan = { nextAt: number; wait: number; seen: string };
/** The part of a deletion that a poll needs. */
type Seen = Pick<Deletion, 'state' | 'steps' | 'dueAt' | 'undoableUntil'>;

/**
 * Plans when each deletion is polled next. While there is news, that is soon. While there is none, polls become rarer,
 * but the next poll is never later than a time that the server has announced. Otherwise a page that stays open during
 * the settle delay would send hundreds of requests.
 */
export function createPollPlan({ now, serverNow }: { now: () => number; serverNow: () => number }) {
  const plans = new Map<string, Plan>();
  const nextAt = (id: string) => plans.get(id)?.nextAt ?? 0;
  return {
    /** The entries that are due for a poll, the longest overdue first. */
    due: <Entry extends { video: { id: string } }>(entries: readonly Entry[]): Entry[] =>
      entries.filter(({ video }) => nextAt(video.id) <= now()).sort((a, b) => nextAt(a.video.id) - nextAt(b.video.id)),
    polled(id: string, deletion: Seen) {
      const seen = JSON.stringify([deletion.state, deletion.steps]);
      const before = plans.get(id);
      const wait = before?.seen === seen ? Math.min(WAIT.most, before.wait * WAIT.growth) : WAIT.least;
      const times = [deletion.dueAt, deletion.undoableUntil].flatMap((time) =>
        time ? Date.parse(time) - serverNow() : [],
      );
      const coming = times.filter((milliseconds) => milliseconds > 0);
      plans.set(id, { wait, seen, nextAt: now() + Math.max(WAIT.least, Math.min(wait, ...coming)) });
    },
    /** Makes every deletion due, for example after the page was hidden: all of them may have changed. */
    pollAll: () => plans.clear(),
  };
}
