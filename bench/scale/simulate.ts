import { type Limit, rateOf } from './limits.ts';

export type Simulated = {
  /** Seconds until the last deletion is done. */
  seconds: number;
  /** The largest backlog, and the longest time that a deletion waited, in seconds. */
  backlog: number;
  longestWait: number;
  /** The limit that caused the backlog. Undefined when nothing waited. */
  binding: Limit | undefined;
};

const STEP_SECONDS = 60;

/**
 * Deletions arrive at an even rate and are done at the rate of the tightest limit. It counts in steps of a minute,
 * which is precise enough for hours and days.
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
