/** What an environment decides about its deletions. Durations are in seconds. */
export type Rules = {
  /** How long a deletion can be undone. Nothing is deleted before. */
  undoSeconds: number;
  /** The undo window for a request of an admin or of a whole account. Absent: as long as the owner's. */
  adminUndoSeconds?: number;
  /** How long after the end of the window work begins, so that an undo that arrived in time wins. Absent: at once. */
  graceSeconds?: number;
  /** How long to wait for late writers before the final verification. */
  settleSeconds: number;
  /** How long a lease lasts. A worker that does not renew it in time counts as crashed. */
  leaseSeconds: number;
  /** How long after its work is due the sweeper picks up a deletion. */
  sweepAfterSeconds: number;
  /**
   * How long a tombstone stays after the end. At least 180 days: it must outlive every source of retries and backups.
   */
  retentionDays: number;
  /** The gate at the edge. Absent where there is none. */
  gate?: {
    /** The longest time that a copy lives at the edge. */
    ttlSeconds: number;
    /** True when copies are invalidated as well, so that nobody waits for them to expire. */
    invalidates: boolean;
  };
  /** Where the keys that a video's row names are. `root`: the folder of the uploads, where the videos are files. */
  bucket?: { bucket: string; endpoint?: string; originalsPrefixes: string[]; root?: string };
};

/** Time for the work and a few retries. A shorter one would page people when there is nothing for them to do. */
const WORK_SECONDS = 3_600;
/** With the gate alone, a deletion waits until the longest-lived copy has expired, and then for the sweeper. */
const SWEEP_SECONDS = 120;

/** The service level: how long a deletion may be open, in seconds. It is not open in its undo window. */
export function serviceLevelOf({ settleSeconds, gate }: Pick<Rules, 'settleSeconds' | 'gate'>): number {
  const copiesEnd = gate && !gate.invalidates ? gate.ttlSeconds + SWEEP_SECONDS : 0;
  return settleSeconds + copiesEnd + WORK_SECONDS;
}

/** The most requests that a tombstone keeps. A new admin's request always stays, because it decides who may undo. */
export const MAX_REQUESTS = 10;

/**
 * The most that a tombstone holds of what a row names, in bytes of runs and of keys. An item of DynamoDB has at most
 * 400 KB, and each write costs a unit per KB.
 */
export const MOST_BYTES = { runs: 25_000, keys: 25_000 };

/** The usual grace: an undo that arrived in time is decided within a second or two. */
export const GRACE_SECONDS = 5;

/** The longest that a request may be under way before its function decides: the timeout of an HTTP API (its quota). */
export const LONGEST_REQUEST_SECONDS = 30;

/** Passes without progress before a deletion is given up. An operator has to replay it then. */
export const MAX_ATTEMPTS = 12;

/** How often a step may fail in passes that made progress. After that, every failed pass costs an attempt. */
export const MAX_FAILURES = 2 * MAX_ATTEMPTS;

/**
 * The longest that a worker can live after it last renewed its lease: the Lambda timeout of `cleanup`
 * (`function-sizes.ts`).
 */
export const WORKER_SECONDS = 300;

/** A worker starts no new work when less time is left than this, in milliseconds. */
export const RESERVED_MILLISECONDS = 20_000;

/** How long the fence against slow readers lasts: longer than any page lives in the platform's cache. */
export const FENCE_SECONDS = 3600;

/** How long after an undo the video is restored once more, because a slow `hide` may still have been running. */
export const RECHECK_SECONDS = 60;

/** An invalidation that has not completed after this time is requested again. */
export const INVALIDATION_PATIENCE_SECONDS = 1800;

/** How long a due deletion waits for its gate. After that it begins without the gate, but deletes no objects yet. */
export const GATE_PATIENCE_SECONDS = 60;

/** How often the waiting deletion checks its gate. */
export const GATE_LOOK_SECONDS = 5;

/** How much longer than the longest-lived copy the gate stays closed. Edge locations do not see it close at once. */
export const GATE_MARGIN_SECONDS = 600;

const BACKOFF_SECONDS = { first: 10, cap: 1800, jitter: 0.1 };

/**
 * How long to wait after the n-th attempt: it doubles from 10 s to 30 min. The jitter of 10 % keeps many deletions from
 * being retried at the same moment.
 */
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
