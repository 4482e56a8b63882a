/** What an environment decides about its deletions. Durations are in seconds. */
export type Rules = {
  /** How long a deletion can be undone; nothing is removed before. */
  undoSeconds: number;
  /** The same for a request of an admin or of a whole account. As long as the owner's, unless given. */
  adminUndoSeconds?: number;
  /** How long to wait for late writers before looking again. */
  settleSeconds: number;
  /** A worker that has not renewed its lease for so long is taken for dead. */
  leaseSeconds: number;
  /** How long after `dueAt` the sweeper takes a deletion up. */
  sweepAfterSeconds: number;
  /** How long a tombstone stays after the end. At least 180: it must outlive every source of retries and backups. */
  retentionDays: number;
  /** The gate at the edge; absent where there is none. */
  gate?: {
    /** The longest that a copy lives at the edge. */
    ttlSeconds: number;
    /** Copies are invalidated as well, so that nobody waits for them to end. */
    invalidates: boolean;
  };
  /** Where the keys that a video's row names are looked up; absent where the videos are files, found by their names. */
  bucket?: { bucket: string; endpoint?: string; originalsPrefixes: string[] };
};

/** At most this many requests are kept. An admin's request is never the one that is left out: it decides who may undo. */
export const MAX_REQUESTS = 10;

/** Passes without progress before a deletion is given up for an operator to replay. */
export const MAX_ATTEMPTS = 12;

/** The longest that a worker lives after it last renewed its lease: what Lambda gives to `cleanup` (`function-sizes.ts`). */
export const WORKER_SECONDS = 300;

/** A worker stops starting work when less of its time is left, in milliseconds. */
export const RESERVED_MILLISECONDS = 20_000;

/** How long a video's fence against slow readers stands: longer than any page lives in the platform's cache. */
export const FENCE_SECONDS = 3600;

/** An undone deletion is looked at once more after so long: a slow `hide` may still have been under way. */
export const RECHECK_SECONDS = 60;

/** An invalidation that has not completed after so long is asked for anew. */
export const INVALIDATION_PATIENCE_SECONDS = 1800;

/** How long a deletion that may begin waits for its gate before it is worked on all the same, except for its objects. */
export const GATE_PATIENCE_SECONDS = 60;

/** How often it looks meanwhile. */
export const GATE_LOOK_SECONDS = 5;

/** How much longer than the longest-lived copy the gate stays closed: locations at the edge do not see it close at once. */
export const GATE_MARGIN_SECONDS = 600;

const BACKOFF_SECONDS = { first: 10, cap: 1800, jitter: 0.1 };

/** How long to wait after the n-th attempt: doubling from 10 s to 30 min, ±10 %, so that many do not come back at once. */
export function backoffSeconds(attempts: number, random: () => number): number {
  const { first, cap, jitter } = BACKOFF_SECONDS;
  const planned = Math.min(cap, first * 2 ** Math.max(0, attempts - 1));
  return planned * (1 + jitter * (2 * random() - 1));
}

export function plus(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}

/** Seconds from `now` until `time`, at least 0. */
export function secondsUntil(time: string, now: Date): number {
  return Math.max(0, (Date.parse(time) - now.getTime()) / 1000);
}
