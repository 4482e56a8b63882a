/**
 * What S3 takes on a prefix that it has not split, each key of a DeleteObjects counted:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
 */
export const S3_KEYS_PER_SECOND = 3_500;
/** Of that, what deletions use at most: whoever else writes to the prefix needs some of it. */
const SHARE = 0.98;
export const DEFAULT_KEYS_PER_SECOND = SHARE * S3_KEYS_PER_SECOND;

/** Whoever has sent less of late may send so many milliseconds' worth at once; a small video never waits. */
const BURST_MILLISECONDS = 1_000;
/** Delete requests under way at a time: where it begins, and how far it goes while the store answers quickly. */
const FIRST_AT_ONCE = 4;
const MOST_AT_ONCE = 12;
/** A store that takes longer for 1,000 keys has enough to do: S3 takes 50 to 200 ms. */
const QUICK_MILLISECONDS = 500;
/** Of the rate at which the store slowed us down: what is left of it, and from where on it is approached slowly. */
const AFTER_SLOWDOWN = 0.85;
const NEAR = 0.92;
/** What an answer adds to the rate far from the last slow-down; near it so much more with each answer, to leave it behind at last. */
const RAISE = 0.03;
const RAISE_NEAR = 0.00002;
/** What is left when the store slows us down again after so few answers: then the rate is far from what it takes. */
const AFTER_SLOWDOWN_AGAIN = 0.7;
const FEW_ANSWERS = 8;
/** What a second adds at the most: where answers are rare, they count for more. */
const RAISE_A_SECOND = 0.1;
/** No slower, or a store that was down would be thought to be for hours; a full request waits two seconds. */
const SLOWEST = 500;
/** A rate that was unlimited becomes this at least: one full request a second. */
const LEAST_KEYS_PER_SECOND = 1_000;
/** What one listing brings a second: pages of 1,000 keys that take up to 100 ms each. */
const KEYS_PER_SECOND_OF_A_LISTING = 10_000;
const MOST_LISTINGS = 8;

/** How fast a bucket is emptied, for all deletions that share it. */
export type Pace = {
  /** Delete requests that a deletion may have under way now. */
  readonly atOnce: number;
  /** Listings that it takes to keep up with the deletes. */
  readonly listings: number;
  /** Waits until so many keys may be sent. */
  turn(keys: number): Promise<void>;
  /** A request was answered after so many milliseconds, and so many keys are gone. */
  answered(keys: number, milliseconds: number): void;
  /** The store asked for less. Those that were sent before it asked ask no more, so one a second counts. */
  slowDown(): void;
};

export type PaceOptions = {
  /** The rate never exceeds it; `Infinity` for a store that has no such limit. */
  keysPerSecond: number;
  wait: (milliseconds: number) => Promise<unknown>;
  /** Milliseconds from any time on. */
  now?: () => number;
};

/**
 * A token bucket that holds a second's worth. Its rate is the highest at first; a store that slows us down takes some of it, and
 * each answer gives a little back: quickly up to where it happened, slowly from there on.
 */
export function createPace({ keysPerSecond: highest, wait, now = () => performance.now() }: PaceOptions): Pace {
  let rate = highest;
  let slowedAtRate = Number.POSITIVE_INFINITY;
  let slowedAt = Number.NEGATIVE_INFINITY;
  let answersSince = 0;
  let answeredAt = now();
  let atOnce = FIRST_AT_ONCE;
  /** When everything that was let go is paid for. */
  let paidAt = 0;
  const recent = createRecent(now);
  return {
    get atOnce() {
      return atOnce;
    },
    listings: Math.min(MOST_LISTINGS, Math.ceil(highest / KEYS_PER_SECOND_OF_A_LISTING)),
    async turn(keys) {
      const begun = Math.max(paidAt, now());
      paidAt = begun + (keys / rate) * 1_000;
      const pause = begun - BURST_MILLISECONDS - now();
      // Timers know no shorter pause.
      if (pause >= 1) await wait(pause);
    },
    answered(keys, milliseconds) {
      recent.add(keys);
      const step = milliseconds < QUICK_MILLISECONDS ? 1 : -1;
      atOnce = Math.min(MOST_AT_ONCE, Math.max(FIRST_AT_ONCE, atOnce + step));
      answersSince += 1;
      const seconds = Math.min(1, (now() - answeredAt) / 1_000);
      const isNear = rate >= NEAR * slowedAtRate;
      const raise = isNear ? RAISE_NEAR * answersSince : Math.max(RAISE, RAISE_A_SECOND * seconds);
      answeredAt = now();
      rate = Math.min(highest, rate * (1 + raise));
    },
    slowDown() {
      if (now() - slowedAt < BURST_MILLISECONDS) return;
      slowedAt = now();
      const current = rate === Number.POSITIVE_INFINITY ? Math.max(LEAST_KEYS_PER_SECOND, recent.perSecond()) : rate;
      // One that takes nothing at all does not say what it takes.
      if (answersSince > 0 || slowedAtRate === Number.POSITIVE_INFINITY) slowedAtRate = current;
      rate = Math.max(SLOWEST, current * (answersSince < FEW_ANSWERS ? AFTER_SLOWDOWN_AGAIN : AFTER_SLOWDOWN));
      answersSince = 0;
      atOnce = Math.max(1, Math.floor(atOnce / 2));
      // What was saved up is what the store has just refused.
      paidAt = Math.max(paidAt, now() + BURST_MILLISECONDS);
    },
  };
}

/** Keys that were deleted in the last second: the rate that counts where there is no highest one. */
function createRecent(now: () => number) {
  let answers: { at: number; keys: number }[] = [];
  return {
    add(keys: number) {
      const from = now() - 1_000;
      answers = [...answers.filter(({ at }) => at > from), { at: now(), keys }];
    },
    perSecond: () => {
      const from = now() - 1_000;
      return answers.filter(({ at }) => at > from).reduce((sum, { keys }) => sum + keys, 0);
    },
  };
}
