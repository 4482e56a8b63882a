import type { Counts } from './counts.ts';

/** An id that is not a UUID in lower case. */
export class InvalidVideoId extends Error {
  override name = 'InvalidVideoId';
  constructor() {
    super('A video id is a UUID in lower case, like 0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11');
  }
}

/** The codes of failed steps that this service knows. `docs/ERRORS.md` says what each means and what to do. */
export const FAILURE_CODES = [
  'AccessDenied',
  'AccessDeniedException',
  'CacheUnavailable',
  'CachedKeysRemain',
  'DerivedRowsRemain',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTDIR',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EdgeNotInvalidated',
  'ForeignAnswer',
  'GateConflict',
  'GateNotClosed',
  'InternalError',
  'Interrupted',
  'InvalidationBatchAlreadyExists',
  'InvalidationWithoutId',
  'KeyNotText',
  'KeyOutsidePrefix',
  'LinkedFolder',
  'ListingWithoutMarker',
  'MASTERDOWN',
  'NameNotFound',
  'NOAUTH',
  'NOPERM',
  'NoSuchBucket',
  'OOM',
  'ObjectsLocked',
  'ObjectsRemain',
  'PagesKeepComing',
  'READONLY',
  'ReceiptNotSigned',
  'RootMissing',
  'RowFound',
  'RowsHidden',
  'RowsRemain',
  'RunsRemain',
  'ServiceUnavailable',
  'SlowDown',
  'ThrottlingException',
  'TimeoutError',
  'UnknownError',
  'UnsafeTarget',
  'UploadsRemain',
  'WRONGPASS',
  'WrongCacheMode',
] as const;
declare const storeCode: unique symbol;
/** Another code of a store or its driver, read by `reasonOf`. */
export type StoreCode = string & { readonly [storeCode]: true };
export type FailureCode = (typeof FAILURE_CODES)[number] | StoreCode;

/**
 * A step could not do all of its work. `counts` has what it did delete, so that a retry adds to it; with `atLeast`, it
 * may have deleted more, because an answer was lost. `code` is a short machine-readable reason (`AccessDenied`,
 * `SlowDown`). It is never a driver's message, because such messages contain keys and ids.
 */
export class StepFailed extends Error {
  override name = 'StepFailed';
  readonly code: FailureCode;
  readonly counts: Counts;
  readonly atLeast: boolean;
  constructor(code: FailureCode, counts: Counts = {}, options: ErrorOptions & { atLeast?: boolean } = {}) {
    super(`The step failed: ${code}`, options);
    this.code = code;
    this.counts = counts;
    this.atLeast = options.atLeast ?? false;
  }
}

/** Codes with which a store says, or the way to it shows, that nothing was done. */
const REFUSALS: ReadonlySet<string> = new Set<FailureCode>([
  'AccessDenied',
  'AccessDeniedException',
  'ECONNREFUSED',
  'ENOTFOUND',
  'NoSuchBucket',
  'ObjectsLocked',
  'RowFound',
  'RowsHidden',
  'SlowDown',
  'ThrottlingException',
  'UnsafeTarget',
]);
/** A SQLSTATE: the server has rolled back. Not so where the connection broke (08) or the outcome is unknown (40003). */
const ROLLED_BACK = /^(?!08|40003)(?=.*\d)[0-9A-Z]{5}$/;

/** True when a call that failed with this code has certainly changed nothing. */
export function isRefusal(code: FailureCode): boolean {
  return REFUSALS.has(code) || ROLLED_BACK.test(code);
}

/** Retention or a legal hold in the store protects objects. `until` is the end of the retention, if it has one. */
export class ObjectsLocked extends StepFailed {
  override name = 'ObjectsLocked';
  readonly until: string | undefined;
  constructor(counts: Counts, until?: string) {
    super('ObjectsLocked', counts);
    this.until = until;
  }
}

/** Not a failure: the worker's time is nearly over, and another worker continues. */
export class OutOfTime extends Error {
  override name = 'OutOfTime';
  /** True when the answer of a call was lost as well: it may have deleted more than it counted. */
  atLeast = false;
}

/** Another worker has the lease now, or the deletion was held or replaced. This worker must change nothing more. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
  /** As of `OutOfTime`. */
  atLeast = false;
}

/** A malformed request. The message says what is wrong and what would be right (HTTP 400). */
export class Malformed extends Error {
  override name = 'Malformed';
}

/** A change breaks an invariant of tombstones, which is a bug in this code. The message names the invariants. */
export class InvariantBroken extends Error {
  override name = 'InvariantBroken';
  readonly invariants: readonly string[];
  constructor(invariants: readonly string[]) {
    super(`Broken: ${invariants.join('; ')}`);
    this.invariants = invariants;
  }
}

/** A command that the deletion's state does not allow (HTTP 409). */
export class NotAllowedNow extends Error {
  override name = 'NotAllowedNow';
}

/** The row is gone inside the undo window, so nothing can be shown again (HTTP 409). The deletion goes on. */
export class VideoGone extends NotAllowedNow {
  override name = 'VideoGone';
}

/** The video is unknown, or the caller may not know of it (HTTP 404). */
export class UnknownVideo extends Error {
  override name = 'UnknownVideo';
}

/** The caller may know of the video or the deletion, but may not do this (HTTP 403). */
export class NotYours extends Error {
  override name = 'NotYours';
}

/** The caller's account is disabled, or the platform does not know it (HTTP 403). */
export class AccountDisabled extends Error {
  override name = 'AccountDisabled';
}

/** The caller may not delete some of the requested videos, so none was changed. Each refused video has its reason. */
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

/** The edge accepts no more invalidations at the moment (CloudFront: 15 with a wildcard). Try again later. */
export class TooManyInvalidations extends Error {
  override name = 'TooManyInvalidations';
}

/** The edge does not know the invalidation, or no longer knows it. So nobody can say whether it completed. */
export class UnknownInvalidation extends Error {
  override name = 'UnknownInvalidation';
}

/** A short reason for the record: a `StepFailed`'s code, or the error's own code or name. Never its message. */
export function reasonOf(error: unknown): FailureCode {
  if (error instanceof StepFailed) return error.code;
  if (!(error instanceof Error)) return 'UnknownError';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return failureCodeOf(code);
}

/** The code that a store has answered. A text that does not look like a code is none: it could hold keys. */
export function failureCodeOf(text: string): FailureCode {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(text) ? (text as FailureCode) : 'UnknownError';
}

/** A page pointer that this service did not return, or that belongs to another query (HTTP 400). */
export class InvalidCursor extends Error {
  override name = 'InvalidCursor';
  constructor() {
    super('The cursor is not one that an earlier page gave for this query');
  }
}
