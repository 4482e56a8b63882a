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
/** It begins at this part of the highest rate, others may be at it as well, and doubles each second until it is slowed down. */
const FIRST_SHARE = 1 / 3;
/** What a slow-down leaves of the rate; and one that follows at once, which says that the rate is far from what is left for us. */
const AFTER_SLOWDOWN = 0.85;
const AFTER_SLOWDOWN_AGAIN = 0.5;
const AT_ONCE_MILLISECONDS = 3_000;
/**
 * After so many seconds the rate is back where it was slowed down. It comes near that slowly, stays about there, and leaves it behind
 * faster and faster: a cubic curve, as in RFC 9438.
 */
const PLATEAU_SECONDS = 45;
/** No slower, or a store that was down would be thought to be for long. */
const SLOWEST = 500;
/** So long after a request was refused as a whole, requests have fewer keys: less of what is sent is sent for nothing. */
const CAREFUL_MILLISECONDS = 120_000;
const KEYS_AT_ONCE = { usual: 1_000, careful: 100 };
/** A rate that was unlimited becomes this at least: one full request a second. */
const LEAST_KEYS_PER_SECOND = 1_000;
/** What one listing brings a second: pages of 1,000 keys that take up to 100 ms each. */
const KEYS_PER_SECOND_OF_A_LISTING = 10_000;
const MOST_LISTINGS = 8;

/** How fast a bucket is emptied, for all deletions that share it. */
export type Pace = {
  /** Delete requests that a deletion may have under way now. */
  readonly atOnce: number;
  /** Keys that a request should have now, at most. */
  readonly keysAtOnce: number;
  /** Listings that it takes to keep up with the deletes. */
  readonly listings: number;
  /** Waits until so many keys may be sent. */
  turn(keys: number): Promise<void>;
  /** A request was answered after so many milliseconds, and so many keys are gone. */
  answered(keys: number, milliseconds: number): void;
  /** The store asked for less, of some keys of a request or of all. Those that were sent before it asked ask no more, so one a second counts. */
  slowDown(of: 'some' | 'all'): void;
};

export type PaceOptions = {
  /** The rate never exceeds it; `Infinity` for a store that has no such limit. */
  keysPerSecond: number;
  wait: (milliseconds: number) => Promise<unknown>;
  /** Milliseconds from any time on. */
  now?: () => number;
};

/**
 * A token bucket that holds a second's worth. Its rate rises quickly at first; a store that slows us down takes some of it, and time
 * gives it back, so that workers which know nothing of each other find their shares.
 */
export function createPace({ keysPerSecond: highest, wait, now = () => performance.now() }: PaceOptions): Pace {
  const startedAt = now();
  let slowed: { at: number; rate: number; left: number } | undefined;
  let refusedAt = Number.NEGATIVE_INFINITY;
  let atOnce = FIRST_AT_ONCE;
  /** When everything that was let go is paid for. */
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
      const begun = Math.max(paidAt, now());
      paidAt = begun + (keys / rate()) * 1_000;
      const pause = begun - BURST_MILLISECONDS - now();
      // Timers know no shorter pause.
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
      // What was saved up is what the store has just refused.
      paidAt = Math.max(paidAt, now() + BURST_MILLISECONDS);
    },
  };
}

function risen(highest: number, seconds: number): number {
  return highest * FIRST_SHARE * 2 ** seconds;
}

/** `left` of the rate at first, all of it after the plateau's time, and beyond. */
function recovered({ at, rate, left }: { at: number; rate: number; left: number }, now: number): number {
  const seconds = (now - at) / 1_000;
  return Math.max(SLOWEST, rate * (1 + (1 - left) * (seconds / PLATEAU_SECONDS - 1) ** 3));
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
