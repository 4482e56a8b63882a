import type { Counts } from '../errors.ts';
import type { VideoId } from '../video-id.ts';
import type { HistoryEntry } from './history.ts';

export const STEP_NAMES = [
  'hide',
  'cancelRuns',
  'deleteObjects',
  'deleteRows',
  'invalidateCache',
  'invalidateEdge',
  'verify',
] as const;
export type StepName = (typeof STEP_NAMES)[number];

/** `none` is a video under a legal hold that nobody has asked to delete. */
export const STATES = ['none', 'pending', 'running', 'settling', 'deleted', 'failed', 'held', 'cancelled'] as const;
export type State = (typeof STATES)[number];

/**
 * `provisional`: it did its work, but before what it builds on was done, so it runs once more.
 * `skipped`: the store is not part of this environment.
 */
export type StepState = 'waiting' | 'provisional' | 'done' | 'failed' | 'skipped';

export type Step = {
  state: StepState;
  /** How often it ran. */
  attempts: number;
  /** How often it failed. What a call removed whose answer was lost is in no count. */
  failures?: number;
  /** What it removed, over all attempts, by kind. */
  counts: Counts;
  startedAt?: string;
  finishedAt?: string;
  /** A short code, never a message: see `reasonOf`. */
  error?: string;
};

/** Everything the worker needs, kept here because the row goes. */
export type Target = {
  prefix: string;
  /** Keys outside the prefix that the row named and that are this video's beyond doubt. */
  strayKeys: string[];
  /** What the row named and that is not ours to delete: how many, and the SHA-256 of the sorted list. */
  notOurs: { count: number; sha256?: string };
  /** Execution ARNs that were registered for the video, or found by its names. */
  runs: string[];
  /** None was registered, so that every pass looks for new ones by their names. */
  runsByName?: boolean;
};

/** Written by invalidate-edge alone. Times are ISO 8601 in UTC. */
export type EdgeInvalidation = {
  /** Which request of the pipeline this answers (`steps.invalidateEdge.counts.requests`). */
  request: number;
  paths: string[];
  /** Absent while there is only a gate. */
  callerReference?: string;
  invalidationId?: string;
  requestedAt: string;
  completedAt?: string;
  /** When the gate was closed for the video, and when it was opened again. */
  gatedAt?: string;
  openedAt?: string;
};

export type OutboxEvent = { id: string; type: 'VideoDeleted'; at: string };

export type Reason = 'owner' | 'admin' | 'account';

/** Why a video is held: a code and the number of the case, never words about people. */
export type HoldReason = { code: (typeof HOLD_CODES)[number]; caseNumber: string };
export const HOLD_CODES = ['litigation', 'investigation', 'regulator', 'dispute', 'other'] as const;

/** The number of a case. At least one digit, so that a name alone is none: it would stand in the chain of hashes for good. */
export const CASE_NUMBER = /^(?=.*\d)[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/;

/** A legal hold that stands. `by`: the admin's id, or `operator`. */
export type LegalHold = HoldReason & { by: string; at: string };

/**
 * The row that outlives the video: the only state machine, the idempotency record and the audit trail.
 * It holds ids, counts and times, no direct identifiers. Times are ISO 8601 in UTC.
 */
export type Tombstone = {
  videoId: VideoId;
  deletionId: string;
  /** Goes up with every write; a write is refused unless it still stands where the writer read it. */
  revision: number;
  state: State;
  ownerId: string;
  requestedBy: string;
  reason: Reason;
  requestedAt: string;
  undoableUntil: string;
  target: Target;
  steps: Record<StepName, Step>;
  hidden: boolean;
  hiddenAt?: string;
  /** Where a held deletion goes on after the release. */
  heldFrom?: State;
  /** The legal hold, if it is one; without it, a held deletion waits for a lock in the store to end. */
  hold?: LegalHold;
  edge?: EdgeInvalidation;
  leaseOwner?: string;
  /** Passes that made no progress, since the request or the last replay. */
  attempts: number;
  /** The last pass removed something, so the next one is no retry. */
  progressed: boolean;
  /** Passes that ended without a word (a crash): what they removed may be missing from the counts. */
  interrupted: number;
  /** What verify found after everything had been empty once: objects, rows or keys written late. */
  late: Counts;
  /** When a worker may act next. Absent once nothing is left to do. */
  dueAt?: string;
  /** When the sweeper takes it up if nobody else has. */
  sweepAt?: string;
  history: HistoryEntry[];
  /** Entries folded away when `history` was full: how many, and the hash that the first one kept builds on. */
  folded?: { count: number; hash: string };
  receipts: string[];
  deletedAt?: string;
  outbox: OutboxEvent[];
  /** When DynamoDB may remove the item, in seconds since 1970. Absent while anything is open, so that no hold outlives it. */
  expiresAt?: number;
};

export type Command =
  | 'request'
  | 'undo'
  | 'begin'
  | 'settle'
  | 'finish'
  | 'giveUp'
  | 'replay'
  | 'hold'
  | 'release'
  | 'reapply';

/** True while a deletion of the video stands: asked for, not undone and not over, a hold on it or not. Nobody may see the video. */
export function isAskedFor({ state, heldFrom }: Pick<Tombstone, 'state' | 'heldFrom'>): boolean {
  const goesOn = state === 'held' ? (heldFrom ?? 'none') : state;
  return isOpen(goesOn) || goesOn === 'failed';
}

/** Since when a worker has had something to do without a break: an operator's replay, a release and a re-deletion begin anew. */
export function openSince({ history, requestedAt }: Pick<Tombstone, 'history' | 'requestedAt'>): string {
  const isOneOfOurs = (state: string) => isOpen(state as State);
  return history.findLast(({ from, to }) => !isOneOfOurs(from) && isOneOfOurs(to))?.at ?? requestedAt;
}

/** True while there is something left to do for a worker. */
export function isOpen(state: State): boolean {
  return state === 'pending' || state === 'running' || state === 'settling';
}

/** Asked for and visible still, with no worker that would hide it first thing. Under a hold, none will. */
export function isToBeHidden(tombstone: Pick<Tombstone, 'state' | 'heldFrom' | 'hidden' | 'leaseOwner'>): boolean {
  const { state, hidden, leaseOwner } = tombstone;
  return !hidden && isAskedFor(tombstone) && (state === 'held' || leaseOwner === undefined);
}
