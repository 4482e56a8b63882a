import { type Limit, rateOf } from './limits.ts';

export type Simulated = {
  /** Seconds until the last deletion is through. */
  seconds: number;
  /** The most that waited at once, and how long the one that waited longest did, in seconds. */
  backlog: number;
  longestWait: number;
  /** The limit that held the rest up. Undefined when nothing waited. */
  binding: Limit | undefined;
};

const STEP_SECONDS = 60;

/**
 * Lets deletions arrive evenly until `deletions` have, and pass at the rate of the tightest limit. In steps of a minute: what
 * is shorter does not matter to a day's work.
 */
export function simulate(
  limits: readonly Limit[],
  { arrivals, deletions, isRaised }: { arrivals: number; deletions: number; isRaised: boolean },
): Simulated {
  const [tightest] = limits.toSorted((one, other) => rateOf(one, isRaised) - rateOf(other, isRaised));
  const capacity = tightest ? rateOf(tightest, isRaised) : Number.POSITIVE_INFINITY;
  let [seconds, arrived, done, backlog] = [0, 0, 0, 0];
  while (done < deletions) {
    arrived = Math.min(deletions, arrived + arrivals * STEP_SECONDS);
    done = Math.min(arrived, done + capacity * STEP_SECONDS);
    backlog = Math.max(backlog, arrived - done);
    seconds += STEP_SECONDS;
  }
  return { seconds, backlog, longestWait: backlog / capacity, binding: backlog > 0 ? tightest : undefined };
}
