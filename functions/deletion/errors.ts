import type { Counts } from './counts.ts';

/** An id that is not a UUID in lower case. */
export class InvalidVideoId extends Error {
  override name = 'InvalidVideoId';
  constructor() {
    super('A video id is a UUID in lower case, like 0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11');
  }
}

/**
 * A step could not do all of its work. What it did remove is in `counts`, so that a retry adds to it.
 * `code` is a short machine-readable reason (`AccessDenied`, `SlowDown`), never a message of a driver: messages hold keys and ids.
 */
export class StepFailed extends Error {
  override name = 'StepFailed';
  readonly code: string;
  readonly counts: Counts;
  constructor(code: string, counts: Counts = {}, options?: ErrorOptions) {
    super(`The step failed: ${code}`, options);
    this.code = code;
    this.counts = counts;
  }
}

/** Objects that retention or a legal hold in the store protects. `until` is the end of the retention, if it has one. */
export class ObjectsLocked extends StepFailed {
  override name = 'ObjectsLocked';
  readonly until: string | undefined;
  constructor(counts: Counts, until?: string) {
    super('ObjectsLocked', counts);
    this.until = until;
  }
}

/** Not a failure: the worker's time is nearly over, and a continuation goes on where it stopped. */
export class OutOfTime extends Error {
  override name = 'OutOfTime';
}

/** Somebody else holds the lease now, or the deletion was held or replaced: this worker must touch nothing more. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
}

/** A request that is malformed; the message says what is wrong and what would be right (HTTP 400). */
export class Malformed extends Error {
  override name = 'Malformed';
}

/** A change that breaks what is true of every tombstone: a fault of this code. The message names the invariants. */
export class InvariantBroken extends Error {
  override name = 'InvariantBroken';
  readonly invariants: readonly string[];
  constructor(invariants: readonly string[]) {
    super(`This change of a tombstone is not written: it breaks "${invariants.join('", "')}"`);
    this.invariants = invariants;
  }
}

/** A command that the deletion's state does not allow (HTTP 409). */
export class NotAllowedNow extends Error {
  override name = 'NotAllowedNow';
}

/** Unknown, or not for the caller to know of (HTTP 404). */
export class UnknownVideo extends Error {
  override name = 'UnknownVideo';
}

/** Known to the public, but not the caller's to delete (HTTP 403). */
export class NotYours extends Error {
  override name = 'NotYours';
}

/** The caller's account is disabled, or the platform does not know it (HTTP 403). */
export class AccountDisabled extends Error {
  override name = 'AccountDisabled';
}

/** Some of the videos asked for together are not the caller's to delete, so none was touched: each with the reason. */
export class SomeRefused extends Error {
  override name = 'SomeRefused';
  readonly refusals: readonly { videoId: string; error: Error }[];
  constructor(refusals: readonly { videoId: string; error: Error }[]) {
    super(`Nothing was deleted: ${refusals.length} of the videos cannot be deleted by you`);
    this.refusals = refusals;
  }
}

/** A store did not answer in time, before anything was accepted (HTTP 503). */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
}

/** The edge has as many invalidations under way as it takes (CloudFront: 15 wildcards); try later. */
export class TooManyInvalidations extends Error {
  override name = 'TooManyInvalidations';
}

/** An invalidation that the edge does not know (any more): nobody can say whether it completed. */
export class UnknownInvalidation extends Error {
  override name = 'UnknownInvalidation';
}

/** A short reason for the record: a `StepFailed`'s code, else the error's own code or name. Never its message. */
export function reasonOf(error: unknown): string {
  if (error instanceof StepFailed) return error.code;
  if (!(error instanceof Error)) return 'UnknownError';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return /^[A-Za-z0-9_.-]{1,64}$/.test(code) ? code : 'UnknownError';
}

/** A page pointer that this service did not hand out, or that belongs to another query (HTTP 400). */
export class InvalidCursor extends Error {
  override name = 'InvalidCursor';
  constructor() {
    super('The cursor is not one that an earlier page gave for this query');
  }
}
