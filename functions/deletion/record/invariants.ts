import { LONGEST_REQUEST_SECONDS, MAX_ATTEMPTS, MAX_REQUESTS, plus } from '../rules.ts';
import { isClosed } from './gate.ts';
import { lengthOf } from './history.ts';
import { nextSweepAt } from './schedule.ts';
import { isDone, STEP_NAMES } from './steps.ts';
import { isAskedFor, isOpen, isToBeHidden, legalHoldOf, stateBehindHold, type Tombstone } from './tombstone.ts';
import type { Now } from './transition.ts';

/**
 * What is true of every tombstone at any time. `change` asserts it at each write. The lifecycle walk in the tests
 * asserts it for every reachable state.
 */
export const INVARIANTS: Record<string, (tombstone: Tombstone, now: Now) => boolean> = {
  'held exactly while it says why': ({ state, held }) => (state === 'held') === (held !== undefined),
  'the last entry of the history leads to the state': ({ state, history }) => state === (history.at(-1)?.to ?? 'none'),
  'there are one to ten requests': ({ requests: { length } }) => length >= 1 && length <= MAX_REQUESTS,
  'what is open is due': ({ state, dueAt }) => !isOpen(state) || dueAt !== undefined,
  'pending is not due before its undo window is over': ({ state, dueAt = '', undoableUntil }) =>
    state !== 'pending' || dueAt >= undoableUntil,
  'no request has a shorter undo window': ({ state, requests, undoableUntil }) =>
    state !== 'pending' || requests.every(({ until }) => until >= undoableUntil),
  'the sweeper sees what is due': ({ dueAt, sweepAt }) => dueAt === undefined || sweepAt !== undefined,
  'the sweeper looks for something': (each) => each.sweepAt === undefined || hasWorkLeft(each),
  'the sweeper sees a visible video': (each) => !isToBeHidden(each) || each.sweepAt !== undefined,
  'a visible video is hidden soon': (each, { at, rules }) =>
    !isToBeHidden(each) || (each.sweepAt ?? '') <= nextSweepAt(at, rules),
  'the sweeper sees an event that was not sent': ({ outbox, sweepAt }) => outbox.length === 0 || sweepAt !== undefined,
  'the sweeper does not come early': (each) =>
    !each.dueAt ||
    hasUrgentWork(each) ||
    [each.dueAt, each.lease?.until ?? ''].every((time) => time <= (each.sweepAt ?? '')),
  'none and failed wait for a person': ({ state, dueAt }) => !['none', 'failed'].includes(state) || dueAt === undefined,
  'under a legal hold nothing is due': (each) => !isUnderLegalHold(each) || each.dueAt === undefined,
  'another hold ends by itself': (each) => each.state !== 'held' || isUnderLegalHold(each) || each.dueAt !== undefined,
  'a lease has an owner and an end': ({ lease }) => lease === undefined || (lease.owner !== '' && lease.until !== ''),
  'only work that has begun has a lease': (each) =>
    each.lease === undefined || ['running', 'settling'].includes(stateBehindHold(each)),
  'deleted exactly while it says when': (each) =>
    (stateBehindHold(each) === 'deleted') === (each.deletedAt !== undefined),
  'deleted has a receipt': ({ deletedAt, receipts }) => deletedAt === undefined || receipts.length > 0,
  'deleted was hidden, and every step is done': ({ deletedAt, hidden, steps }) =>
    deletedAt === undefined || (hidden && STEP_NAMES.every((name) => isDone(steps[name]))),
  'only what is over expires': ({ state, expiresAt }) =>
    ['none', 'cancelled', 'deleted'].includes(state) === (expiresAt !== undefined),
  'attempts are bounded': ({ attempts }) => attempts <= MAX_ATTEMPTS,
  'after the end, a closed gate is due to be opened': (each, { rules }) =>
    !rules.gate || !['cancelled', 'deleted'].includes(each.state) || !isClosed(each) || each.dueAt !== undefined,
  'the edge answers only what was requested': ({ edge, edgeRequests }) => (edge?.request ?? 0) <= edgeRequests,
  'none is neither hidden nor at the edge': ({ state, edge, hidden }) => state !== 'none' || (!edge && !hidden),
};

/** What is true of every change, from `before` to `after`. */
export const INVARIANTS_OF_CHANGES: Record<string, (before: Tombstone, after: Tombstone, now: Now) => boolean> = {
  'an accepted deletion is never lost': (before, after) =>
    !isAskedFor(before) || isAskedFor(after) || after.deletedAt !== undefined || wasUndone(before, after),
  'nothing but a release ends a legal hold': (before, after) =>
    !isUnderLegalHold(before) ||
    isUnderLegalHold(after) ||
    (after.state === before.held?.from && hasNewEntry(before, after)),
  'work begins after the undo window': (before, after, { at }) =>
    before.state !== 'pending' || after.state !== 'running' || at.toISOString() >= after.undoableUntil,
  // The request arrived within the window, and was under way for no longer than the API waits.
  'undone only within the window': (before, after, { at }) =>
    !wasUndone(before, after) ||
    byWorker(after) ||
    plus(at, -LONGEST_REQUEST_SECONDS).toISOString() < before.undoableUntil,
  'a new owner undoes only what the former one alone requested': (before, after) =>
    !wasUndone(before, after) ||
    !byWorker(after) ||
    before.requests.every(({ by, reason }) => by === before.ownerId || reason === 'orphan'),
  'every new state has its entry': (before, after) =>
    hasNewEntry(before, after) || (before.state === after.state && stateBehindHold(before) === stateBehindHold(after)),
  'a new entry begins at the state before': (before, after) =>
    !hasNewEntry(before, after) || [before.state, 'none'].includes(after.history.at(-1)?.from ?? ''),
  'an end alone adds a receipt': (before, after) =>
    after.receipts.length - before.receipts.length === (after.deletedAt !== undefined && !before.deletedAt ? 1 : 0),
  'one revision a write': (before, after) => after.revision === before.revision + 1,
  'an attempt counts, unless there was progress': (before, after) =>
    !after.lease ||
    before.lease?.owner === after.lease.owner ||
    after.attempts === before.attempts + (before.progressed ? 0 : 1),
  'nobody takes a lease that is not over': ({ lease }, after, { at }) =>
    !lease || !after.lease || lease.owner === after.lease.owner || lease.until <= at.toISOString(),
  'only a withdrawal makes the undo window longer': (before, after) =>
    stateBehindHold(before) !== 'pending' ||
    after.undoableUntil <= before.undoableUntil ||
    after.requests.length < before.requests.length,
};

/** An invariant that a change breaks. `kept`: the stored tombstone did not break it. */
export type Broken = { name: string; kept: boolean };

/** The invariants that the change breaks. */
export function brokenBy(before: Tombstone | undefined, after: Tombstone, now: Now): Broken[] {
  const ofState = Object.entries(INVARIANTS)
    .filter(([, holds]) => !holds(after, now))
    .map(([name, holds]) => ({ name, kept: !before || holds(before, now) }));
  const ofChange = Object.entries(INVARIANTS_OF_CHANGES)
    .filter(([, holds]) => before && !holds(before, after, now))
    .map(([name]) => ({ name, kept: true }));
  return [...ofState, ...ofChange];
}

/**
 * True for a write that is refused in production: it breaks an invariant that the stored tombstone kept. A legal hold
 * and giving up are always written, because they stop the work on a wrong tombstone.
 */
export function isRefused(before: Tombstone | undefined, after: Tombstone, broken: readonly Broken[]): boolean {
  const isLastResort = before?.state !== after.state && (isUnderLegalHold(after) || after.state === 'failed');
  return !isLastResort && broken.some(({ kept }) => kept);
}

function isUnderLegalHold(tombstone: Tombstone): boolean {
  return legalHoldOf(tombstone) !== undefined;
}

function hasUrgentWork(tombstone: Tombstone): boolean {
  return tombstone.outbox.length > 0 || isToBeHidden(tombstone);
}

function hasWorkLeft(tombstone: Tombstone): boolean {
  return tombstone.dueAt !== undefined || hasUrgentWork(tombstone);
}

function wasUndone(before: Tombstone, after: Tombstone): boolean {
  return stateBehindHold(before) === 'pending' && stateBehindHold(after) === 'cancelled' && hasNewEntry(before, after);
}

function hasNewEntry(before: Tombstone, after: Tombstone): boolean {
  return lengthOf(after) === lengthOf(before) + 1;
}

function byWorker({ history }: Tombstone): boolean {
  return history.at(-1)?.by === 'worker';
}
