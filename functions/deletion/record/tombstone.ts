import type { Counts } from '../counts.ts';
import type { VideoId } from '../video-id.ts';
import type { HistoryEntry } from './history.ts';
import type { Steps } from './steps.ts';

/** `none`: the video is under a legal hold, and nobody has asked to delete it. */
export const STATES = ['none', 'pending', 'running', 'settling', 'deleted', 'failed', 'held', 'cancelled'] as const;
export type State = (typeof STATES)[number];

/** A state that a hold can interrupt, and that the release returns to. */
export type StateBeforeHold = Exclude<State, 'held'>;

export const REASONS = ['owner', 'admin', 'account'] as const;
export type Reason = (typeof REASONS)[number];

/** Who asked for the deletion. The first request names the deletion; later ones join it. `until`: the end of its own undo window. */
export type Request = { by: string; reason: Reason; at: string; until: string };

/** Why a video is held: a code and the number of the case, never words about people. */
export type HoldReason = { code: (typeof HOLD_CODES)[number]; caseNumber: string };
export const HOLD_CODES = ['litigation', 'investigation', 'regulator', 'dispute', 'other'] as const;

/** The number of a case. At least one digit, so that it cannot be a name alone: it stays in the chain of hashes for good. */
export const CASE_NUMBER = /^(?=.*\d)[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/;

/** A legal hold that stands. `by`: the admin's id, or `operator`. */
export type LegalHold = HoldReason & { by: string; at: string };

/** A legal hold ends by `release` alone. The others end by themselves: the deletion is due again, and a worker checks. */
export type Held =
  | { because: 'legalHold'; from: StateBeforeHold; hold: LegalHold }
  | { because: 'objectLock' | 'external'; from: StateBeforeHold };

/** One worker's temporary, exclusive right to work on the deletion. The worker may have crashed: then `until` passes. */
export type Lease = { owner: string; until: string };

/** Everything that the worker needs. It stands here because the row goes. */
export type Target = {
  prefix: string;
  /** Keys outside the prefix that the row named and that are this video's beyond doubt. */
  strayKeys: string[];
  /** What the row named and is not ours to delete: how many, and the SHA-256 of the sorted list. */
  notOurs: { count: number; sha256?: string };
  /** Execution ARNs that were registered for the video, or found by its names. */
  runs: string[];
  /** No run was registered, so every pass looks for new ones by their names. */
  runsByName?: boolean;
};

/** Written by invalidate-edge alone. Times are ISO 8601 in UTC. */
export type EdgeInvalidation = {
  /** Which request of the pipeline this answers (`edgeRequests` at that time). */
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

/**
 * The row that outlives the video: the only state machine, the idempotency record and the audit trail.
 * It holds ids, counts and times, no direct identifiers. Times are ISO 8601 in UTC. Each field means one thing.
 */
export type Tombstone = {
  videoId: VideoId;
  deletionId: string;
  /** Increases with every write. A write is refused if the stored revision is not the one that the writer read. */
  revision: number;
  state: State;
  ownerId: string;
  /** At least one. */
  requests: Request[];
  requestedAt: string;
  /** The end of the undo window. */
  undoableUntil: string;
  /** The video was ready and not hidden when its deletion was requested. */
  wasPublic: boolean;
  target: Target;
  steps: Steps;
  hidden: boolean;
  hiddenAt?: string | undefined;
  /** Present exactly while the state is `held`. */
  held?: Held | undefined;
  /** How often the pipeline has asked the edge to invalidate its copies. */
  edgeRequests: number;
  edge?: EdgeInvalidation | undefined;
  lease?: Lease | undefined;
  /** Passes without progress since the request or the last replay. */
  attempts: number;
  /** The last pass deleted something, so the next one does not count as a retry. */
  progressed: boolean;
  /** Passes that ended in a crash: what they deleted may be missing from the counts. */
  interrupted: number;
  /** How often an undone video was shown again. */
  restores: number;
  /** What was written after every store had been empty once, and was deleted then. */
  late: Counts;
  /** When the next piece of work may begin. Absent when there is none. */
  dueAt?: string | undefined;
  /** When the sweeper sends a message. Derived from all that is left to do, by `sweepAtOf` alone. */
  sweepAt?: string | undefined;
  history: HistoryEntry[];
  /** Entries folded away when `history` was full: how many, and the hash that the first remaining one builds on. */
  folded?: { count: number; hash: string } | undefined;
  receipts: string[];
  deletedAt?: string | undefined;
  outbox: OutboxEvent[];
  /** When DynamoDB may delete the item, in seconds since 1970. Absent unless the deletion is over. */
  expiresAt?: number | undefined;
};

/** The request that names the deletion. */
export function firstRequestOf({ requests }: Pick<Tombstone, 'requests'>): Request {
  return requests[0] as Request;
}

/** The state that decides what happens next: under a hold, the one that the release returns to. */
export function stateBehindHold({ state, held }: Pick<Tombstone, 'state' | 'held'>): StateBeforeHold {
  return state === 'held' ? (held?.from ?? 'none') : state;
}

/** True while a worker has something left to do. */
export function isOpen(state: State): boolean {
  return state === 'pending' || state === 'running' || state === 'settling';
}

/** Since when the deletion has been open without a break: a replay, a release and a re-deletion begin anew. */
export function openSince({ history, requestedAt }: Pick<Tombstone, 'history' | 'requestedAt'>): string {
  const isOpenState = (state: string) => isOpen(state as State);
  return history.findLast(({ from, to }) => !isOpenState(from) && isOpenState(to))?.at ?? requestedAt;
}

/** True from the request until the deletion is undone or over, also under a hold. Nobody may see the video. */
export function isAskedFor(tombstone: Pick<Tombstone, 'state' | 'held'>): boolean {
  const behind = stateBehindHold(tombstone);
  return isOpen(behind) || behind === 'failed';
}

/** True once the deletion was undone, also under a hold. */
export function isUndone(tombstone: Pick<Tombstone, 'state' | 'held'>): boolean {
  return stateBehindHold(tombstone) === 'cancelled';
}

/** The legal hold, if one stands: nothing is deleted, and the video is only hidden. */
export function legalHoldOf({ held }: Pick<Tombstone, 'held'>): LegalHold | undefined {
  return held?.because === 'legalHold' ? held.hold : undefined;
}

/** True when the video is still visible and no worker is about to hide it as its first step. Under a hold, none will. */
export function isToBeHidden(tombstone: Pick<Tombstone, 'state' | 'held' | 'hidden' | 'lease'>): boolean {
  const { state, hidden, lease } = tombstone;
  return !hidden && isAskedFor(tombstone) && (state === 'held' || lease === undefined);
}

/** True when a worker may take the lease now. */
export function isFree(tombstone: Pick<Tombstone, 'state' | 'held' | 'dueAt' | 'lease'>, now: Date): boolean {
  const { state, dueAt, lease } = tombstone;
  const isReached = (time: string) => Date.parse(time) <= now.getTime();
  if (!dueAt || !isReached(dueAt) || (lease && !isReached(lease.until))) return false;
  return isOpen(state) || (state === 'held' && !legalHoldOf(tombstone));
}

/** True while the deletion can still be undone. */
export function isUndoable(tombstone: Pick<Tombstone, 'state' | 'held' | 'undoableUntil'>, now: Date): boolean {
  return stateBehindHold(tombstone) === 'pending' && now.getTime() < Date.parse(tombstone.undoableUntil);
}
