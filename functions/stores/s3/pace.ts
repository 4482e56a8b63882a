/**
 * What S3 takes per second on a prefix that it has not split. Each key of a DeleteObjects counts:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
 */
export const S3_KEYS_PER_SECOND = 3_500;
/** The share that deletions use at most. The rest is for other writers on the same prefix. */
const SHARE = 0.98;
export const DEFAULT_KEYS_PER_SECOND = SHARE * S3_KEYS_PER_SECOND;

/** After a quiet time, so many milliseconds' worth of keys may be sent at once. A small video never waits. */
const BURST_MILLISECONDS = 1_000;
/** How many delete requests run at the same time: at first, and at most while the store answers quickly. */
const FIRST_AT_ONCE = 4;
const MOST_AT_ONCE = 12;
/** A store that takes longer for 1,000 keys is busy: S3 takes 50 to 200 ms. */
const QUICK_MILLISECONDS = 500;
/**
 * The rate starts at this share of the highest, since others may be deleting too. It doubles each second until a
 * slowdown.
 */
const FIRST_SHARE = 1 / 3;
/**
 * What a slowdown leaves of the rate, and what a second one leaves soon after: then the rate is far above our share.
 */
const AFTER_SLOWDOWN = 0.85;
const AFTER_SLOWDOWN_AGAIN = 0.5;
const AT_ONCE_MILLISECONDS = 3_000;
/**
 * After so many seconds the rate is back where the slowdown met it. It approaches that rate more and more slowly, stays
 * near it, and then rises faster and faster: a cubic curve, as in RFC 9438.
 */
const PLATEAU_SECONDS = 45;
/** The lowest rate. With a lower one, the pace would recover too slowly from an outage of the store. */
const SLOWEST = 500;
/** For so long after a request was refused as a whole, requests have fewer keys: then a refusal wastes less. */
const CAREFUL_MILLISECONDS = 120_000;
const KEYS_AT_ONCE = { usual: 1_000, careful: 100 };
/** After a slowdown, an unlimited rate becomes at least this: one full request a second. */
const LEAST_KEYS_PER_SECOND = 1_000;
/** How many keys one listing delivers per second: pages of 1,000 keys that take up to 100 ms each. */
const KEYS_PER_SECOND_OF_A_LISTING = 10_000;
const MOST_LISTINGS = 8;

/** How fast objects of a bucket are deleted, by all deletions of a worker together. */
export type Pace = {
  /** How many delete requests of a deletion may run at the same time now. */
  readonly atOnce: number;
  /** The most keys that a request should have now. */
  readonly keysAtOnce: number;
  /** How many parallel listings it takes to keep up with the deletes. */
  readonly listings: number;
  /** Waits until so many keys may be sent. */
  turn(keys: number): Promise<void>;
  /** Reports an answer: how many keys were deleted, and how long it took. */
  answered(keys: number, milliseconds: number): void;
  /**
   * Reports a slowdown, of some keys of a request or of all. Requests already in flight report the same one, so at most
   * one per second counts.
   */
  slowDown(of: 'some' | 'all'): void;
};

export type PaceOptions = {
  /** The highest rate; `Infinity` for a store without a limit. */
  keysPerSecond: number;
  wait: (milliseconds: number) => Promise<unknown>;
  /** Milliseconds since any fixed time. */
  now?: () => number;
};

/**
 * A token bucket that holds a second's worth of keys. The rate rises quickly at first, falls with each slowdown of the
 * store, and recovers with time. So workers that do not know each other find their shares.
 */
export function createPace({ keysPerSecond: highest, wait, now = () => performance.now() }: PaceOptions): Pace {
  const startedAt = now();
  let slowed: { at: number; rate: number; left: number } | undefined;
  let refusedAt = Number.NEGATIVE_INFINITY;
  let atOnce = FIRST_AT_ONCE;
  /** When the rate will have covered every key that was let through. */
  let paidAt = startedAt;
  const recent = createRecent(now);
  const rate = () => Math.min(highest, slowed ? recovered(slowed, now()) : risen(highest, (now() - startedAt) / 1_000));
  return {
    get atOnce() {
      return atOnce;
    },
    get keysAtOnce() {
      return now() - refusedAt < CAREFUL_MILLISECONDS ? KEYS_AT_ONCE.careful : KEYS_AT_ONCE.usual;
    },
    listings: Math.min(MOST_LISTINGS, Math.ceil(highest / KEYS_PER_SECOND_OF_A_LISTING)),
    async turn(keys) {
      const from = Math.max(paidAt, now());
      paidAt = from + (keys / rate()) * 1_000;
      const pause = from - BURST_MILLISECONDS - now();
      // A timer cannot wait for less.
      if (pause >= 1) await wait(pause);
    },
    answered(keys, milliseconds) {
      recent.add(keys);
      const step = milliseconds < QUICK_MILLISECONDS ? 1 : -1;
      atOnce = Math.min(MOST_AT_ONCE, Math.max(FIRST_AT_ONCE, atOnce + step));
    },
    slowDown(of) {
      if (of === 'all') refusedAt = now();
      const since = slowed ? now() - slowed.at : Number.POSITIVE_INFINITY;
      if (since < BURST_MILLISECONDS) return;
      const finite = rate() === Number.POSITIVE_INFINITY ? Math.max(LEAST_KEYS_PER_SECOND, recent.perSecond()) : rate();
      const left = since < AT_ONCE_MILLISECONDS ? AFTER_SLOWDOWN_AGAIN : AFTER_SLOWDOWN;
      slowed = { at: now(), rate: Math.max(SLOWEST, finite), left };
      atOnce = Math.max(1, Math.floor(atOnce / 2));
      // No burst after a slowdown: the store has just refused one.
      paidAt = Math.max(paidAt, now() + BURST_MILLISECONDS);
    },
  };
}

function risen(highest: number, seconds: number): number {
  return highest * FIRST_SHARE * 2 ** seconds;
}

/** Starts at the share `left` of the rate, reaches the rate after `PLATEAU_SECONDS`, and rises beyond it. */
function recovered({ at, rate, left }: { at: number; rate: number; left: number }, now: number): number {
  const seconds = (now - at) / 1_000;
  return Math.max(SLOWEST, rate * (1 + (1 - left) * (seconds / PLATEAU_SECONDS - 1) ** 3));
}

/** Counts the keys deleted in the last second: the current rate where there is no highest one. */
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
