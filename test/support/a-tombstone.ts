import { v7 as uuidv7 } from 'uuid';
import { prefixOf } from '../../functions/deletion/data-map/data-map.ts';
import { append, type HistoryEntry } from '../../functions/deletion/record/history.ts';
import { nextWorkAt } from '../../functions/deletion/record/schedule.ts';
import { STEP_NAMES, type Steps, waitingSteps } from '../../functions/deletion/record/steps.ts';
import {
  type Held,
  isToBeHidden,
  legalHoldOf,
  type State,
  type StateBeforeHold,
  type Tombstone,
} from '../../functions/deletion/record/tombstone.ts';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';

const REQUESTED_AT = '2026-11-22T10:00:00.000Z';
const UNDOABLE_UNTIL = '2026-11-22T10:00:10.000Z';
const EXPIRES_AT = Date.parse('2027-12-27T10:00:00.000Z') / 1000;

/** A video id that no other test uses. */
export function aVideoId(): VideoId {
  return parseVideoId(uuidv7());
}

/** A legal hold of a deletion that was in this state before. */
export function aLegalHold(from: StateBeforeHold = 'pending'): Held & { because: 'legalHold' } {
  const hold = { code: 'litigation', caseNumber: '2026-CV-1187', by: 'admin', at: REQUESTED_AT } as const;
  return { because: 'legalHold', from, hold };
}

/**
 * A valid tombstone. By default, its deletion is pending: its owner requested it on 2026-11-22 at 10:00 UTC, with ten
 * seconds to undo. With another state, it has everything that belongs to that state. Each call makes new ids.
 */
export function aTombstone(overrides: Partial<Tombstone> = {}): Tombstone {
  const { state = 'pending', videoId = aVideoId(), ownerId = uuidv7(), requestedAt = REQUESTED_AT } = overrides;
  const undoableUntil =
    overrides.undoableUntil ?? (state === 'pending' ? overrides.dueAt : undefined) ?? UNDOABLE_UNTIL;
  const held = state === 'held' ? (overrides.held ?? aLegalHold()) : undefined;
  const isOver = ['none', 'cancelled', 'deleted'].includes(state);
  const tombstone: Tombstone = {
    videoId,
    deletionId: uuidv7(),
    revision: 1,
    state,
    ownerId,
    requests: [{ by: ownerId, reason: 'owner', at: requestedAt, until: undoableUntil }],
    requestedAt,
    undoableUntil,
    wasPublic: true,
    target: { prefix: prefixOf(videoId), strayKeys: [], notOurs: { count: 0 }, runs: [] },
    steps: waitingSteps(),
    hidden: false,
    edgeRequests: overrides.edge?.request ?? 0,
    attempts: 0,
    progressed: false,
    interrupted: 0,
    restores: 0,
    late: {},
    history: aHistory(state, held?.from, requestedAt, ownerId),
    receipts: [],
    outbox: [],
    ...(held && { held }),
    ...(isOver && { expiresAt: EXPIRES_AT }),
    ...(state === 'deleted' && anEnd(undoableUntil)),
    ...dueIn(state, { held, undoableUntil }),
    ...overrides,
  };
  return 'sweepAt' in overrides ? tombstone : { ...tombstone, ...sweepOf(tombstone) };
}

/** All steps done, as at the end of a deletion. */
export function stepsDone(): Steps {
  const done = (at: string) => ({ state: 'done', attempts: 1, counts: {}, startedAt: at, finishedAt: at });
  return Object.fromEntries(STEP_NAMES.map((name) => [name, done(UNDOABLE_UNTIL)])) as Steps;
}

/** The states that lead to this one. */
const WAYS: Record<StateBeforeHold, State[]> = {
  none: [],
  pending: ['pending'],
  running: ['pending', 'running'],
  settling: ['pending', 'running', 'settling'],
  deleted: ['pending', 'running', 'settling', 'deleted'],
  failed: ['pending', 'running', 'failed'],
  cancelled: ['pending', 'cancelled'],
};

function aHistory(state: State, heldFrom: StateBeforeHold = 'pending', at: string, ownerId: string): HistoryEntry[] {
  // A test may pass a state that does not exist.
  const way = state === 'held' ? [...WAYS[heldFrom], state] : (WAYS[state] ?? [state]);
  let from: State = 'none';
  let history: HistoryEntry[] = [];
  for (const to of way) {
    history = append(history, { at, from, to, by: ['pending', 'cancelled', 'held'].includes(to) ? ownerId : 'worker' });
    from = to;
  }
  return history;
}

function anEnd(deletedAt: string): Partial<Tombstone> {
  return { hidden: true, steps: stepsDone(), receipts: ['receipt'], deletedAt };
}

function dueIn(state: State, { held, undoableUntil }: { held: Held | undefined; undoableUntil: string }) {
  const isDue = ['pending', 'running', 'settling', 'cancelled'].includes(state) || (held && !legalHoldOf({ held }));
  return isDue ? { dueAt: undoableUntil } : {};
}

/**
 * Two minutes after the next work may begin. If there is something to do before that, two minutes after the request.
 */
function sweepOf(tombstone: Tombstone): Pick<Tombstone, 'sweepAt'> {
  const isUrgent = tombstone.outbox.length > 0 || (isToBeHidden(tombstone) && !tombstone.dueAt);
  const next = isUrgent ? tombstone.requestedAt : nextWorkAt(tombstone);
  return next ? { sweepAt: new Date(Date.parse(next) + 120_000).toISOString() } : {};
}

/**
 * The tombstone after another writer has changed it. With another state, it has everything that belongs to that state.
 */
export function turnedInto(from: Tombstone, changes: Partial<Tombstone>): Tombstone {
  const revision = from.revision + 1;
  if (changes.state === undefined || changes.state === from.state) return { ...from, ...changes, revision };
  const { state: _, held: __, history: ___, dueAt: ____, sweepAt: _____, expiresAt: ______, lease, ...kept } = from;
  const keepsLease = lease && ['running', 'settling', 'held'].includes(changes.state);
  return { ...aTombstone({ ...kept, ...(keepsLease && { lease }), ...changes }), revision };
}
