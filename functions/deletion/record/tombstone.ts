import type { Counts } from '../counts.ts';
import type { VideoId } from '../video-id.ts';
import type { HistoryEntry } from './history.ts';
import type { Steps } from './steps.ts';

/** `none`: the video is under a legal hold, and nobody has asked to delete it. */
export const STATES = ['none', 'pending', 'running', 'settling', 'deleted', 'failed', 'held', 'cancelled'] as const;
export type State = (typeof STATES)[number];

/** A state that a hold can interrupt. The release returns to it. */
export type StateBeforeHold = Exclude<State, 'held'>;

/** `orphan`: an operator found the video in storage, and neither a row nor a deletion knew it. */
export const REASONS = ['owner', 'admin', 'account', 'orphan'] as const;
export type Reason = (typeof REASONS)[number];

/**
 * A request to delete the video. The first request names the deletion, later ones join it. `until` is the end of its
 * own undo window.
 */
export type Request = { by: string; reason: Reason; at: string; until: string };

/** Why a video is held: a code and a case number, never words about people. */
export type HoldReason = { code: (typeof HOLD_CODES)[number]; caseNumber: string };
export const HOLD_CODES = ['litigation', 'investigation', 'regulator', 'dispute', 'other'] as const;

/** A case number has at least one digit, so it cannot be just a person's name. The history keeps it for good. */
export const CASE_NUMBER = /^(?=.*\d)[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/;

/** A current legal hold. `by`: the admin's id, or `operator`. */
export type LegalHold = HoldReason & { by: string; at: string };

/**
 * A legal hold ends only with `release`. The other holds end by themselves: the deletion is due again, and a worker
 * checks.
 */
export type Held =
  | { because: 'legalHold'; from: StateBeforeHold; hold: LegalHold }
  | { because: 'objectLock' | 'external'; from: StateBeforeHold };

/**
 * One worker's temporary, exclusive right to work on the deletion. If the worker crashes, the lease ends at `until`.
 */
export type Lease = { owner: string; until: string };

/** Everything that the worker needs. It is stored here because the video's row is deleted. */
export type Target = {
  prefix: string;
  /** Keys outside the prefix that the row named and that are beyond doubt this video's. */
  strayKeys: string[];
  /** Folders of originals that are the video's own: what they hold goes, but for keys that name another video. */
  folders?: string[];
  /** Those of the folders that held something that no row names. */
  filled?: string[];
  /** How many keys stay because they are another video's, too: it names them, or they hold its id. */
  kept?: number;
  /** Keys that the row named but that are not ours to delete: how many, and the SHA-256 of their sorted list. */
  notOurs: { count: number; sha256?: string };
  /** For each value of the row that names keys of ours: what it may mean, until one of these keys is found. */
  sought?: string[][];
  /** How many values were found nowhere. Known at the end of the deletion. */
  notFound?: number;
  /** True when the video was ready, so storage must have held something of it. */
  wasReady?: boolean;
  /** Execution ARNs that were registered for the video, or found by their names: see `fittingRuns`. */
  runs: string[];
  /** Runs that are another video's, too. They are left alone. `runsLeft`: how many, at the end of the deletion. */
  sharedRuns?: string[];
  runsLeft?: number;
  /** Where more are registered: how many were stopped, and the SHA-256 of their sorted list. */
  manyRuns?: { count: number; sha256: string };
  /**
   * The last run that a pass has stopped, where they are too many for one. The next pass goes on behind it, if they are
   * still the same runs (`of`: their digest).
   */
  runsFrom?: { run: string; of: string };
  /** True when no run was registered, so every pass searches for new runs by their names. */
  runsByName?: boolean;
};

/**
 * Written by invalidate-edge. A new deletion clears it. Times are ISO 8601 in UTC.
 */
export type EdgeInvalidation = {
  /** The request of the pipeline that this answers: the value of `edgeRequests` at that time. */
  request: number;
  /** How many paths it named. */
  paths: number;
  /** Absent while only the gate was closed. */
  callerReference?: string;
  invalidationId?: string;
  requestedAt: string;
  completedAt?: string;
  /** When the gate was closed for the video. `openedAt`: when it was opened again. */
  gatedAt?: string;
  openedAt?: string;
  /** When the gate had no room for a deletion that waits: copies at the edge can be played until its work begins. */
  ungatedAt?: string;
};

export type OutboxEvent = { id: string; type: 'VideoDeleted'; at: string };

/**
 * The row that outlives the video: the only state machine, the idempotency record and the audit trail. It holds ids,
 * counts and times, and no direct identifiers. Times are ISO 8601 in UTC. Each field has one meaning.
 */
export type Tombstone = {
  videoId: VideoId;
  deletionId: string;
  /** Increases with every write. A write is refused unless the stored revision is the one that the writer read. */
  revision: number;
  state: State;
  ownerId: string;
  /** At least one. */
  requests: Request[];
  requestedAt: string;
  /** The end of the undo window. */
  undoableUntil: string;
  /** True when the video was ready and not hidden at the time of the request. */
  wasPublic: boolean;
  target: Target;
  steps: Steps;
  hidden: boolean;
  hiddenAt?: string | undefined;
  /** Present only while the state is `held`. */
  held?: Held | undefined;
  /** Kinds of objects that the store cannot list. Nobody can say whether any are left. */
  notListed?: string[] | undefined;
  /** How often the pipeline has asked the edge to invalidate its copies. */
  edgeRequests: number;
  edge?: EdgeInvalidation | undefined;
  lease?: Lease | undefined;
  /** Passes without progress since the request or the last replay. */
  attempts: number;
  /** True when the last pass made progress or only had to wait, so the next pass costs no attempt. */
  progressed: boolean;
  /** Passes that ended in a crash. What they deleted may be missing from the counts. */
  interrupted: number;
  /** How often an undone video was shown again. */
  restores: number;
  /** What was written after every store had been empty once, and was then deleted. */
  late: Counts;
  /** How much the last pass found that had come back: objects, rows, runs and cached keys. Absent before the first. */
  residue?: number | undefined;
  /** When the next piece of work may begin. Absent when there is none. */
  dueAt?: string | undefined;
  /** When the sweeper sends a message. `sweepAtOf` derives it from the work that is left, and `swept` postpones it. */
  sweepAt?: string | undefined;
  history: HistoryEntry[];
  /**
   * Entries that were folded away when `history` was full: how many, and the hash that the first kept entry builds on.
   */
  folded?: { count: number; hash: string } | undefined;
  receipts: string[];
  deletedAt?: string | undefined;
  outbox: OutboxEvent[];
  /** When DynamoDB may delete the item, in seconds since 1970. Present only in `none`, `cancelled` and `deleted`. */
  expiresAt?: number | undefined;
};

/** The owner of a video that has no row: the nil UUID (RFC 9562, 5.9). */
export const UNKNOWN_OWNER = '00000000-0000-0000-0000-000000000000';

/** The owner, if there is one that anybody knows. */
export function knownOwnerOf({ ownerId }: Pick<Tombstone, 'ownerId'>): string | undefined {
  return ownerId === UNKNOWN_OWNER ? undefined : ownerId;
}

/** True while nobody has asked but an operator who took the video for an orphan. A row means that it is none. */
export function isOfOrphan({ requests }: Pick<Tombstone, 'requests'>): boolean {
  return requests.length > 0 && requests.every(({ reason }) => reason === 'orphan');
}

/** The request that started the deletion. */
export function firstRequestOf({ requests }: Pick<Tombstone, 'requests'>): Request {
  return requests[0] as Request;
}

/** The state that decides what happens next. Under a hold, it is the state that the release returns to. */
export function stateBehindHold({ state, held }: Pick<Tombstone, 'state' | 'held'>): StateBeforeHold {
  return state === 'held' ? (held?.from ?? 'none') : state;
}

/** True while a worker has something left to do. */
export function isOpen(state: State): boolean {
  return state === 'pending' || state === 'running' || state === 'settling';
}

/**
 * Since when the deletion has been open: since its work may begin, which is the end of the undo window or a later
 * release. A replay, a release and a re-deletion each start a new period. The time of a waiting deletion is still to
 * come.
 */
export function openSince({ history, undoableUntil }: Pick<Tombstone, 'history' | 'undoableUntil'>): string {
  const isAtWork = (state: string) => state === 'running' || state === 'settling';
  const begun = history.findLastIndex(({ from, to }) => !isAtWork(from) && isAtWork(to));
  const entry = history[begun];
  if (entry && entry.from !== 'pending' && history.at(-1)?.to !== 'pending') return entry.at;
  const released = history.findLast(({ from, to }) => from === 'held' && to === 'pending')?.at ?? '';
  return released > undoableUntil ? released : undoableUntil;
}

/** True from the request until the deletion is undone or over, including under a hold. Nobody may see the video. */
export function isAskedFor(tombstone: Pick<Tombstone, 'state' | 'held'>): boolean {
  const behind = stateBehindHold(tombstone);
  return isOpen(behind) || behind === 'failed';
}

/** True once the deletion was undone, including under a hold. */
export function isUndone(tombstone: Pick<Tombstone, 'state' | 'held'>): boolean {
  return stateBehindHold(tombstone) === 'cancelled';
}

/** The legal hold, if there is one. While it lasts, nothing is deleted, and the video is at most hidden. */
export function legalHoldOf({ held }: Pick<Tombstone, 'held'>): LegalHold | undefined {
  return held?.because === 'legalHold' ? held.hold : undefined;
}

/** When the deletions before this one were requested. Each may have left its mark on the video's row. */
export function earlierRequests({ history, requestedAt }: Pick<Tombstone, 'history' | 'requestedAt'>): Date[] {
  const isRequest = ({ at, detail }: HistoryEntry) =>
    at !== requestedAt && REASONS.some((code) => code === detail?.code);
  return [...new Set(history.filter(isRequest).map(({ at }) => at))].map((at) => new Date(at));
}

/**
 * True when the video is still visible and no worker is about to hide it as its first step. Under a hold, no worker
 * will.
 */
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

/** True while this caller can undo the deletion: an owner cannot while an admin's request stands. */
export function isUndoableBy(
  tombstone: Pick<Tombstone, 'state' | 'held' | 'undoableUntil' | 'requests'>,
  { isAdmin }: { isAdmin: boolean },
  now: Date,
): boolean {
  return isUndoable(tombstone, now) && (isAdmin || tombstone.requests.every(({ reason }) => reason !== 'admin'));
}

/** True while the deletion can be undone. */
export function isUndoable(tombstone: Pick<Tombstone, 'state' | 'held' | 'undoableUntil'>, now: Date): boolean {
  return stateBehindHold(tombstone) === 'pending' && now.getTime() < Date.parse(tombstone.undoableUntil);
}
