import { describe, expect, test } from 'vitest';
import { NotAllowedNow } from '../../../../functions/deletion/errors.ts';
import { awaitsOpening, isClosed, wantsClosed } from '../../../../functions/deletion/record/gate.ts';
import { INVARIANTS, INVARIANTS_OF_CHANGES } from '../../../../functions/deletion/record/invariants.ts';
import * as real from '../../../../functions/deletion/record/lifecycle.ts';
import { type Command, STATE_TABLE } from '../../../../functions/deletion/record/state-table.ts';
import { isDone, STEP_NAMES, type Step, waitingSteps } from '../../../../functions/deletion/record/steps.ts';
import {
  isAskedFor,
  isFree,
  isToBeHidden,
  legalHoldOf,
  stateBehindHold,
  type Tombstone,
} from '../../../../functions/deletion/record/tombstone.ts';
import {
  GATE_MARGIN_SECONDS,
  MAX_ATTEMPTS,
  RECHECK_SECONDS,
  type Rules,
} from '../../../../functions/deletion/rules.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';

/**
 * The exhaustive walk: it visits every state that commands, workers, the sweeper, the edge and time can lead to. It
 * goes breadth first, so it names a broken rule with the shortest way to it.
 *
 * Time is abstract. Every state is seen at the same instant, PRESENT. An instant on the tombstone is only past, present
 * or future. Time passes in moves of its own: any instants that may be next become the present, in every possible
 * order. So durations decide nothing, and the walk covers more than any real clock can do. The test of runs with a real
 * clock checks that. Ids, hashes, counts and all but the last entry of the history are left out. Of the number of
 * attempts, the walk keeps only none, some, or all.
 */

type Lifecycle = typeof real;
type By = 'people' | 'worker' | 'sweeper' | 'edge' | 'time';
type Move = { by: By; apply: (tombstone: Tombstone) => Tombstone | undefined };

const PRESENT = Date.parse('2026-11-22T10:00:00.000Z');
const at = new Date(PRESENT);
const PAST = -100_000_000;
const SOON = 30;
const timeAt = (seconds: number) => new Date(PRESENT + seconds * 1000).toISOString();
const secondsTo = (time: string) => (Date.parse(time) - PRESENT) / 1000;

const videoId = aVideoId();
const target = { prefix: `videos/${videoId}/`, strayKeys: [], notOurs: { count: 0 }, runs: [] };
const video = { videoId, deletionId: 'd', ownerId: 'owner', target, wasPublic: true };
const row = { ownerId: 'owner', target };
const byOwner = { by: 'owner', reason: 'owner' } as const;
const byAdmin = { by: 'admin', reason: 'admin' } as const;
const byOperator = { by: 'operator', reason: 'orphan' } as const;
const caseOf = { code: 'litigation', caseNumber: '1' } as const;

// What a worker has done at the end of its pass: all, something, or nothing.

const step = (state: Step['state'], error?: string): Step => ({
  state,
  attempts: 1,
  counts: {},
  ...(error && { error }),
});

function withAllDone(tombstone: Tombstone): Tombstone {
  const steps = Object.fromEntries(STEP_NAMES.map((name) => [name, step('done')])) as Tombstone['steps'];
  return { ...tombstone, steps, hidden: true };
}

function withSomeDone(tombstone: Tombstone, code = 'SlowDown'): Tombstone {
  const done = { hide: step('done'), cancelRuns: step('done') };
  const failed = { deleteObjects: step('failed', code), verify: step('waiting') };
  return { ...tombstone, hidden: true, steps: { ...tombstone.steps, ...done, ...failed } };
}

function withNothingDone(tombstone: Tombstone): Tombstone {
  const hide = tombstone.hidden ? tombstone.steps.hide : step('failed', 'Timeout');
  const steps = { ...tombstone.steps, hide, deleteObjects: step('failed', 'Timeout'), verify: step('waiting') };
  return { ...tombstone, steps };
}

/**
 * All possible moves. The lifecycle itself refuses what people may not do. Workers and the edge check some conditions
 * before they call it, and these conditions are stated here.
 */
function movesOf(lifecycle: Lifecycle, rules: Rules): [string, Move][] {
  const now = { at, rules };
  const move = (by: By, apply: Move['apply']): Move => ({ by, apply });
  const people = (apply: Move['apply']) => move('people', apply);
  const when = (holds: (each: Tombstone) => boolean, apply: Move['apply']) => (each: Tombstone) =>
    holds(each) ? apply(each) : undefined;
  const holder = (apply: Move['apply']) => move('worker', when(isAtWork, apply));
  const canBeEmpty = (each: Tombstone) => !rules.gate || isClosed(each);
  const last = (apply: Move['apply']) => holder(when((each) => each.state === 'settling' && canBeEmpty(each), apply));
  const owner = { by: 'owner', isAdmin: false };
  const admin = { by: 'admin', isAdmin: true };
  const isReplaceable = (each: Tombstone) => ['none', 'cancelled'].includes(stateBehindHold(each));
  const retry = (each: Tombstone, progressed: boolean) => lifecycle.retry({ ...each, progressed }, () => 0.5, now);
  const moves: Record<string, Move> = {
    request: people(when(isReplaceable, (each) => lifecycle.request({ ...video, ...byOwner }, now, each))),
    'request by an admin': people(
      when(isReplaceable, (each) => lifecycle.request({ ...video, ...byAdmin }, now, each)),
    ),
    'request for an orphan': people(
      when(isReplaceable, (each) => lifecycle.request({ ...video, ...byOperator }, now, each)),
    ),
    'join by the owner': people((each) => lifecycle.join(each, { ...byOwner, row }, now)),
    'join by an admin': people((each) => lifecycle.join(each, { ...byAdmin, row }, now)),
    expedite: people((each) => lifecycle.expedite(each, owner, now)),
    'expedite by an admin': people((each) => lifecycle.expedite(each, admin, now)),
    undo: people((each) => lifecycle.undo(each, owner, now)),
    'undo by an admin': people((each) => lifecycle.undo(each, admin, now)),
    hold: people((each) => lifecycle.hold(each, { by: 'admin', reason: caseOf }, now)),
    release: people((each) => lifecycle.release(each, { by: 'admin', reason: caseOf }, now)),
    replay: people((each) => lifecycle.replay(each, { by: 'admin' }, now)),
    hurry: people((each) => lifecycle.hurry(each, { by: 'operator' }, now)),
    reapply: people((each) => lifecycle.reapply(each, { by: 'admin', target }, now)),
    'reapply by the owner': people((each) =>
      lifecycle.reapply(each, { by: 'owner', target, ownerId: 'owner', asked: byOwner }, now),
    ),
    'hide again': people(when(isAskedFor, (each) => lifecycle.hideAgain(each, now))),
    begin: move('worker', (each) => lifecycle.begin(each, { worker: 'next', row: { ownerId: 'owner', target } }, now)),
    'begin, with a new owner': move('worker', (each) =>
      lifecycle.begin(each, { worker: 'next', row: { ownerId: 'new', target } }, now),
    ),
    'begin, without a row': move('worker', (each) => lifecycle.begin(each, { worker: 'next' }, now)),
    postpone: move(
      'worker',
      when(
        (each) => each.state === 'pending' && isFree(each, at) && each.attempts < MAX_ATTEMPTS - 1,
        (each) => lifecycle.postpone(each, { code: 'ECONNREFUSED', random: () => 0.5 }, now),
      ),
    ),
    'give up a row that cannot be read': move(
      'worker',
      when(
        (each) => each.state === 'pending' && isFree(each, at) && each.attempts >= MAX_ATTEMPTS - 1,
        (each) => lifecycle.giveUp(each, now, 'ECONNREFUSED'),
      ),
    ),
    'give up without an attempt left': move(
      'worker',
      when(
        (each) => isFree(each, at) && lifecycle.isExhausted(each) && isOpenState(each),
        (each) => lifecycle.giveUp(each, now),
      ),
    ),
    renew: holder((each) => lifecycle.renew({ ...withSomeDone(each), progressed: true }, now)),
    'renew, nothing done': holder((each) => lifecycle.renew(each, now)),
    'give way': move(
      'worker',
      when(hasLease, (each) => lifecycle.giveWay(withSomeDone(each), now)),
    ),
    'give way, nothing done': move(
      'worker',
      when(hasLease, (each) => lifecycle.giveWay(withNothingDone(each), now)),
    ),
    'hand on': holder((each) => lifecycle.handOn({ ...withSomeDone(each), progressed: true }, now)),
    'hand on, nothing done': holder((each) => lifecycle.handOn(withNothingDone(each), now)),
    settle: holder(when(canBeEmpty, (each) => lifecycle.settle(withAllDone(each), now))),
    'settle, with as much again': holder(
      when(
        (each) => each.state === 'settling' && canBeEmpty(each) && each.attempts < MAX_ATTEMPTS,
        (each) => lifecycle.settle(withAllDone({ ...each, residue: 1 }), now, 1),
      ),
    ),
    wait: last((each) => lifecycle.wait(withAllDone(each), 30, now)),
    'retry, something done': holder((each) => retry(withSomeDone(each), true)),
    'retry, something done before': holder(
      when(
        (each) => each.attempts < MAX_ATTEMPTS,
        (each) => retry(withSomeDone(each), false),
      ),
    ),
    'retry, nothing done': holder(
      when(
        (each) => each.attempts < MAX_ATTEMPTS,
        (each) => retry(withNothingDone(each), false),
      ),
    ),
    lock: holder(
      when(canBeEmpty, (each) =>
        lifecycle.lock(withSomeDone(each, 'ObjectsLocked'), { because: 'objectLock', seconds: 60 }, now),
      ),
    ),
    'give up': holder(
      when(
        (each) => each.attempts >= MAX_ATTEMPTS,
        (each) => lifecycle.giveUp(withNothingDone(each), now),
      ),
    ),
    finish: last((each) => lifecycle.finish(withAllDone(each), { receipt: 'r', event: 'e' }, now)),
    'finish, no events': last((each) => lifecycle.finish(withAllDone(each), { receipt: 'r' }, now)),
    hide: move(
      'worker',
      when(isToBeHidden, (each) => lifecycle.hidden({ ...each, steps: { ...each.steps, hide: step('done') } }, now)),
    ),
    'show again': move(
      'worker',
      when(
        (each) => each.state === 'cancelled' && !!each.dueAt,
        (each) => lifecycle.restored(each, now),
      ),
    ),
    sweep: move(
      'sweeper',
      when(
        (each) => !!each.sweepAt && secondsTo(each.sweepAt) <= 0,
        (each) => lifecycle.swept(each, now),
      ),
    ),
    publish: move(
      'sweeper',
      when(
        (each) => each.outbox.length > 0,
        (each) => lifecycle.published(each, ['e'], now),
      ),
    ),
  };
  if (!rules.gate) return Object.entries(moves);
  const isWanted = (each: Tombstone) => wantsClosed(each, rules, at);
  const edge = (holds: (each: Tombstone) => boolean, apply: Move['apply']) => move('edge', when(holds, apply));
  return Object.entries({
    ...moves,
    'close the gate': edge(
      (each) => isWanted(each) && !isClosed(each),
      (each) => lifecycle.gateClosed(each, now),
    ),
    'close the gate after the undo': edge(
      (each) => stateBehindHold(each) === 'cancelled' && !isClosed(each),
      (each) => lifecycle.gateClosed(each, now),
    ),
    'open the gate': edge(
      (each) => !isWanted(each) && (isClosed(each) || awaitsOpening(each, rules)),
      (each) => lifecycle.gateOpened(each, now),
    ),
  });
}

const isUnderLegalHold = (each: Tombstone) => legalHoldOf(each) !== undefined;
const hasLease = ({ lease }: Tombstone) => lease !== undefined;
const isOpenState = ({ state }: Tombstone) => ['pending', 'running', 'settling'].includes(state);
const isAtWork = (each: Tombstone) => hasLease(each) && isOpenState(each);

/** What is true after a move with this name, besides the invariants of the product. */
const AFTER: Record<string, (before: Tombstone, after: Tombstone, name: string) => boolean> = {
  'what is undone stays undone, unless the owner has asked, too': (before, after, name) =>
    !name.startsWith('undo') ||
    stateBehindHold(after) === 'cancelled' ||
    (hasAsked(before, 'owner') && hasAsked(before, 'admin') && !hasAsked(after, 'admin')),
  'an owner undoes and expedites nothing that an admin has asked for': (before, _, name) =>
    !['undo', 'expedite'].includes(name) || !hasAsked(before, 'admin'),
  'an expedited deletion can no longer be undone': (_, after, name) =>
    !name.startsWith('expedite') || secondsTo(after.undoableUntil) <= 0,
  'a video that is deleted again is hidden again': (_, after, name) => name !== 'reapply' || !after.hidden,
  'a pass that ends gives its lease back': (_, after, name) =>
    !/^(give|hand on|settle|wait|retry|lock|finish)/.test(name) || after.lease === undefined,
  'what has to wait is not due yet': (_, after, name) =>
    !/^(settle|wait|retry|lock|postpone)/.test(name) || secondsTo(after.dueAt ?? timeAt(0)) > 0,
  'who goes on at once is due now': (_, after, name) => !/^(hand on|replay$)/.test(name) || isDueNow(after),
  'an undone video is shown again twice': (before, after, name) =>
    name !== 'show again' || before.restores > 0 || after.dueAt !== undefined,
  'a replay has all attempts': (_, after, name) => name !== 'replay' || after.attempts === 0,
  'hidden stays hidden while it is asked for': (before, after, name) =>
    !before.hidden ||
    after.hidden ||
    !isAskedFor(after) ||
    /^(request|reapply|hide again)/.test(name) ||
    // Of an orphan, no row was hidden.
    (name.startsWith('join') && before.requests.every(({ reason }) => reason === 'orphan')),
  'a hold changes nothing but the state': (before, after, name) =>
    name !== 'hold' || JSON.stringify(before.steps) === JSON.stringify(after.steps),
  'after a release there is work, or nothing is left to do': (_, after, name) =>
    name !== 'release' || ['none', 'failed', 'deleted'].includes(after.state) || after.dueAt !== undefined,
};

const isDueNow = (each: Tombstone) => isUnderLegalHold(each) || each.dueAt === timeAt(0);
const hasAsked = ({ requests }: Tombstone, reason: string) => requests.some((each) => each.reason === reason);

/**
 * From each state of `from`, machines alone lead to a state of `to`. No person is needed, and no message except the
 * sweeper's.
 */
const LIVENESS: Record<string, { from: (each: Tombstone) => boolean; to: (each: Tombstone) => boolean }> = {
  'an accepted deletion comes to an end': {
    from: isAskedFor,
    to: (each) => ['deleted', 'failed'].includes(each.state) || isUnderLegalHold(each),
  },
  'an accepted deletion is deleted, if the stores allow it': {
    from: (each) => isAskedFor(each) && !isUnderLegalHold(each) && each.state !== 'failed' && !real.isExhausted(each),
    to: ({ state }) => state === 'deleted',
  },
  'what was asked for is hidden': { from: isAskedFor, to: ({ hidden }) => hidden },
  'an undone deletion is shown again': {
    from: ({ state }) => state === 'cancelled',
    to: ({ state, hidden, dueAt }) => state === 'cancelled' && !hidden && !dueAt,
  },
  'after the end the gate is opened, and then nothing is left to do': {
    from: ({ state }) => state === 'deleted',
    to: (each) => each.state === 'deleted' && !isClosed(each) && !each.dueAt && !each.sweepAt,
  },
  'after an undo the gate is opened': {
    from: (each) => each.state === 'cancelled' && isClosed(each),
    to: (each) => !isClosed(each),
  },
  'an event is sent': { from: ({ outbox }) => outbox.length > 0, to: ({ outbox }) => outbox.length === 0 },
};

// Abstract time

/** The instants that decide something, in seconds from the present. The end of a past undo window decides nothing. */
function instantsOf(each: Tombstone, rules: Rules): Record<string, number> {
  const isPending = stateBehindHold(each) === 'pending';
  const isDeleted = stateBehindHold(each) === 'deleted';
  const instants: Record<string, string | undefined> = {
    'the undo window ends': isPending ? each.undoableUntil : undefined,
    "the owner's own window ends": isPending && each.requests.length > 1 ? ownEndOf(each) : undefined,
    'work is due': each.dueAt,
    'the lease ends': each.lease?.until,
    'the sweeper is due': each.sweepAt,
    'the gate may open':
      isClosed(each) && isDeleted && each.edge?.gatedAt ? later(each.edge.gatedAt, gateSecondsOf(rules)) : undefined,
    'a minute after the undo':
      rules.gate && each.state === 'cancelled' ? later(undoneAt(each), RECHECK_SECONDS) : undefined,
  };
  const present = Object.entries(instants).flatMap(([name, time]) => (time ? [[name, secondsTo(time)] as const] : []));
  return Object.fromEntries(present);
}

const later = (time: string, seconds: number) => timeAt(secondsTo(time) + seconds);
const gateSecondsOf = ({ gate }: Rules) => (gate?.ttlSeconds ?? 0) + GATE_MARGIN_SECONDS;
const undoneAt = ({ history }: Tombstone) => history.at(-1)?.at ?? timeAt(PAST);
const ownEndOf = ({ requests }: Tombstone) => requests.find(({ reason }) => reason === 'owner')?.until ?? timeAt(PAST);

/**
 * The one tombstone that represents all those that differ only in what decides nothing. No two instants have an order
 * that decides anything, but that work is never due before the undo window is over.
 */
function canonical(each: Tombstone, rules: Rules): Tombstone {
  const instants = instantsOf(each, rules);
  const place = (name: string, future = SOON) => {
    const seconds = instants[name];
    if (seconds === undefined) return undefined;
    return seconds > 0 ? future : seconds === 0 ? 0 : PAST;
  };
  const timed = (name: string, future?: number) => {
    const seconds = place(name, future);
    return seconds === undefined ? undefined : timeAt(seconds);
  };
  const window = windowOf(each);
  const sinceUndo = (place('a minute after the undo') ?? PAST) - RECHECK_SECONDS;
  const { gatedAt, openedAt } = each.edge ?? {};
  const isOpenedEarly =
    each.state === 'cancelled' && openedAt !== undefined && openedAt < later(undoneAt(each), RECHECK_SECONDS);
  const edge = {
    request: 0,
    paths: [],
    requestedAt: timeAt(PAST),
    ...(gatedAt && { gatedAt: timeAt(openedAt ? PAST : (place('the gate may open') ?? PAST) - gateSecondsOf(rules)) }),
    ...(openedAt && { openedAt: timeAt(sinceUndo + (isOpenedEarly ? 0 : RECHECK_SECONDS)) }),
  };
  const ownEnd = place("the owner's own window ends", SOON + 20) ?? window ?? PAST;
  // Once work has begun, it decides nothing who asked. The order of requests never decides anything.
  const requests = [
    ...(hasAsked(each, 'owner') ? [{ ...byOwner, at: timeAt(PAST), until: timeAt(ownEnd) }] : []),
    ...(hasAsked(each, 'admin') ? [{ ...byAdmin, at: timeAt(PAST), until: timeAt(window ?? PAST) }] : []),
    ...(hasAsked(each, 'orphan') ? [{ ...byOperator, at: timeAt(PAST), until: timeAt(window ?? PAST) }] : []),
  ];
  // Steps decide nothing either. What they must be at the end is asserted there.
  const areDone = STEP_NAMES.every((name) => isDone(each.steps[name]));
  const entry = each.history.at(-1);
  return {
    ...each,
    ownerId: 'owner',
    revision: 1,
    requests:
      stateBehindHold(each) === 'pending'
        ? requests
        : [{ ...byOwner, at: timeAt(PAST), until: timeAt(window ?? PAST) }],
    requestedAt: timeAt(2 * PAST),
    undoableUntil: timeAt(window ?? PAST),
    steps: areDone ? withAllDone(each).steps : waitingSteps(),
    hiddenAt: undefined,
    held: each.held && (isUnderLegalHold(each) ? { ...each.held, hold: standing } : each.held),
    edge: each.edge && rules.gate && edge,
    lease: each.lease && { owner: 'holder', until: timed('the lease ends') ?? timeAt(PAST) },
    attempts: each.attempts === 0 || each.attempts === MAX_ATTEMPTS ? each.attempts : 1,
    interrupted: 0,
    restores: each.state === 'cancelled' ? Math.min(1, each.restores) : 0,
    late: {},
    edgeRequests: 1,
    dueAt: timed('work is due'),
    sweepAt: timed('the sweeper is due', 900),
    history: entry ? [{ at: timeAt(sinceUndo), from: 'none', to: entry.to, by: '', hash: '' }] : [],
    receipts: each.receipts.slice(0, 1),
    deletedAt: each.deletedAt && timeAt(PAST),
    outbox: each.outbox.slice(0, 1).map((event) => ({ ...event, at: timeAt(PAST) })),
    expiresAt: each.expiresAt === undefined ? undefined : 1,
  } as Tombstone;
}

const standing = { ...caseOf, by: 'admin', at: timeAt(PAST) };

/** When the undo window of a pending deletion ends: in the future, now, or in the past. */
function windowOf(each: Tombstone): number | undefined {
  if (stateBehindHold(each) !== 'pending') return undefined;
  const end = secondsTo(each.undoableUntil);
  return end > 0 ? SOON : end === 0 ? 0 : PAST;
}

/** The tombstones that a canonical one represents, where the lifecycle treats them differently. */
function concrete(each: Tombstone, rules: Rules): Tombstone[] {
  const isSwept = each.sweepAt !== undefined && secondsTo(each.sweepAt) > 0;
  const bySweep = isSwept ? [each, { ...each, sweepAt: timeAt(150) }] : [each];
  const byAttempts =
    each.attempts === 1 ? bySweep.flatMap((one) => [one, { ...one, attempts: MAX_ATTEMPTS - 1 }]) : bySweep;
  // How long the gate has been closed decides nothing before the deletion ends.
  const { edge } = each;
  if (!edge || !isClosed(each) || each.state !== 'settling') return byAttempts;
  const gatedAt = [edge.gatedAt, timeAt(-gateSecondsOf(rules)), timeAt(-1)];
  return byAttempts.flatMap((one) =>
    gatedAt.map((time) => ({ ...one, edge: { ...edge, gatedAt: time } }) as Tombstone),
  );
}

/** Every next instant that can become the present, alone or together with others. */
function* passingTime(each: Tombstone, rules: Rules): Generator<[string, Tombstone]> {
  const instants = instantsOf(each, rules);
  const ahead = Object.keys(instants).filter((name) => (instants[name] ?? 0) > 0);
  const isAnyPresent = Object.values(instants).includes(0);
  for (let choice = isAnyPresent ? 0 : 1; choice < 1 << ahead.length; choice++) {
    const reached = new Set(ahead.filter((_, position) => choice & (1 << position)));
    if (!isPossible(each, instants, reached)) continue;
    const name = reached.size > 0 ? [...reached].join(' and ') : 'a moment passes';
    yield [name, canonical(moveOn(each, reached, instants, rules), rules)];
  }
}

function isPossible(each: Tombstone, instants: Record<string, number>, reached: Set<string>): boolean {
  const isAhead = (name: string) => (instants[name] ?? 0) > 0 && !reached.has(name);
  const window = 'the undo window ends';
  const due = 'work is due';
  if (reached.has(due) && (instants[window] ?? -1) > 0) return false;
  if (reached.has("the owner's own window ends") && isAhead(window)) return false;
  const isUrgent = each.outbox.length > 0 || isToBeHidden(each);
  return (
    !reached.has('the sweeper is due') || isUrgent || (!isAhead(due) && !(each.dueAt && isAhead('the lease ends')))
  );
}

function moveOn(each: Tombstone, reached: Set<string>, instants: Record<string, number>, rules: Rules): Tombstone {
  const moved = (name: string, time: string) => {
    const seconds = instants[name];
    if (seconds === undefined || (seconds > 0 && !reached.has(name))) return time;
    return later(time, (seconds > 0 ? 0 : PAST) - seconds);
  };
  const undone = moved('a minute after the undo', undoneAt(each));
  const { gatedAt, openedAt } = each.edge ?? {};
  return {
    ...each,
    undoableUntil: moved('the undo window ends', each.undoableUntil),
    requests: each.requests.map((one) => {
      const isOwn = one.reason === 'owner' && each.requests.length > 1;
      return { ...one, until: moved(isOwn ? "the owner's own window ends" : 'the undo window ends', one.until) };
    }),
    ...(each.dueAt && { dueAt: moved('work is due', each.dueAt) }),
    ...(each.lease && { lease: { ...each.lease, until: moved('the lease ends', each.lease.until) } }),
    ...(each.sweepAt && { sweepAt: moved('the sweeper is due', each.sweepAt) }),
    ...(each.edge && {
      edge: {
        ...each.edge,
        ...(gatedAt && { gatedAt: moved('the gate may open', gatedAt) }),
        ...(openedAt && { openedAt: later(openedAt, secondsTo(undone) - secondsTo(undoneAt(each))) }),
      },
    }),
    history: each.history.map((entry) => ({ ...entry, at: rules.gate ? undone : entry.at })),
  };
}

/** Everything in the canonical tombstone that decides something. */
function keyOf(each: Tombstone): string {
  const { state, held, requests, undoableUntil, hidden, edge, lease, attempts, progressed, restores, dueAt, sweepAt } =
    each;
  const times = [undoableUntil, edge?.gatedAt, edge?.openedAt, lease?.until, dueAt, sweepAt, each.history[0]?.at];
  const flags = [hidden, progressed, edge !== undefined, each.outbox.length, each.receipts.length, each.expiresAt];
  const asked = requests.map(({ reason, until }) => reason + until);
  return JSON.stringify([state, held?.from, held?.because, times, flags, asked, attempts, restores, each.deletedAt]);
}

// The walk

type Edge = { from: number; to: number; name: string; by: By };

function walk(rules: Rules, mistake: Partial<Lifecycle> = {}, { stopAtFirst = false } = {}) {
  const lifecycle = { ...real, ...mistake };
  const moves = movesOf(lifecycle, rules);
  const states: Tombstone[] = [];
  const ways: { parent: number; name: string }[] = [];
  const known = new Map<string, number>();
  const edges: Edge[] = [];
  const broken = new Map<string, string>();
  const rows = new Set<string>();

  const wayTo = (state: number): string[] => {
    const { parent, name } = ways[state] ?? { parent: -1, name: '' };
    return parent < 0 ? [] : [...wayTo(parent), name];
  };
  const blame = (rule: string, state: number, name: string) => {
    if (!broken.has(rule)) broken.set(rule, [...wayTo(state), name].join(' > '));
  };
  const visit = (next: Tombstone, from: number, name: string, by: By) => {
    const key = keyOf(next);
    let to = known.get(key);
    if (to === undefined) {
      to = states.push(next) - 1;
      known.set(key, to);
      ways.push({ parent: from, name });
    }
    if (from >= 0) edges.push({ from, to, name, by });
  };
  const check = (before: Tombstone, after: Tombstone, from: number, name: string) => {
    for (const [rule, holds] of Object.entries(INVARIANTS)) if (!holds(after, { at, rules })) blame(rule, from, name);
    for (const [rule, holds] of Object.entries(INVARIANTS_OF_CHANGES))
      if (!holds(before, after, { at, rules })) blame(rule, from, name);
    for (const [rule, holds] of Object.entries(AFTER)) if (!holds(before, after, name)) blame(rule, from, name);
    if (after.history.length > before.history.length)
      rows.add(`${stateBehindHold(before)} ${commandOf(before, after, name)}`);
  };

  const unasked = lifecycle.unasked({ ...video, ...byAdmin }, { at, rules });
  visit(canonical(unasked, rules), -1, '', 'people');
  for (let from = 0; from < states.length && !(stopAtFirst && broken.size > 0); from++) {
    const state = states[from] as Tombstone;
    for (const [name, next] of passingTime(state, rules)) visit(next, from, name, 'time');
    const isInWindow = stateBehindHold(state) === 'pending' && secondsTo(state.undoableUntil) > 0;
    for (const before of concrete(state, rules)) {
      for (const [name, { by, apply }] of moves) {
        const after = attempt(apply, before);
        if (name === 'undo by an admin' && isInWindow !== (after !== undefined)) {
          blame('undo is possible exactly while pending, or held from it, and in the window', from, name);
        }
        if (!after || after === before) continue;
        check(before, after, from, name);
        visit(canonical(after, rules), from, name, by);
      }
    }
  }
  if (broken.size === 0) checkLiveness({ states, edges }, (rule, state) => blame(rule, state, '(stuck)'));
  return { states, moves: edges.length, broken, rows, known };
}

function attempt(apply: Move['apply'], before: Tombstone): Tombstone | undefined {
  try {
    return apply(before);
  } catch (error) {
    if (error instanceof NotAllowedNow) return undefined;
    throw error;
  }
}

/** The command of the state table that a move used. */
function commandOf(before: Tombstone, after: Tombstone, name: string): Command {
  const to = stateBehindHold(after);
  if (name.startsWith('begin'))
    return to === 'cancelled' ? 'ownerChanged' : before.state === 'held' ? 'release' : 'begin';
  if (name.startsWith('undo')) return to === 'cancelled' ? 'undo' : 'withdraw';
  if (name.startsWith('give up')) return 'giveUp';
  return name.split(/[ ,]/)[0] as Command;
}

/**
 * A message starts a worker, and only the sweeper is sure to send one. The holder of a lease may have crashed, so the
 * check expects nothing of it. Of the next worker, once it has begun, it expects everything.
 */
function checkLiveness(
  { states, edges }: { states: Tombstone[]; edges: Edge[] },
  blame: (rule: string, state: number) => void,
): void {
  const comesByMessage = /^(begin|postpone|hide$|show again|give up without|give up a row|open the gate)/;
  const byHolder = /^(renew|give way|hand on|settle|wait|retry|lock|give up$|finish)/;
  const sure = edges.filter(
    ({ from, name, by }) => by !== 'people' && (!comesByMessage.test(name) || states[from]?.sweepAt !== undefined),
  );
  const withoutHolder = sure.filter(({ name }) => !byHolder.test(name));
  for (const [rule, { from, to }] of Object.entries(LIVENESS)) {
    const goal = states.map((state) => to(state));
    const alive = leadingTo(goal, sure);
    for (const edge of sure) if (edge.name.startsWith('begin') && alive[edge.to]) goal[edge.from] = true;
    const reached = leadingTo(goal, withoutHolder);
    for (const [position, state] of states.entries()) if (from(state) && !reached[position]) blame(rule, position);
  }
}

/** The states from which these edges lead to the goal. */
function leadingTo(goal: readonly boolean[], edges: readonly Edge[]): boolean[] {
  const before: number[][] = goal.map(() => []);
  for (const edge of edges) before[edge.to]?.push(edge.from);
  const reached = [...goal];
  const queue = [...reached.keys()].filter((state) => reached[state]);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const each of before[next] ?? []) {
      if (!reached[each]) queue.push(each);
      reached[each] = true;
    }
  }
  return reached;
}

const A_MONTH = 30 * 86_400;
const noGate: Rules = {
  undoSeconds: A_MONTH,
  adminUndoSeconds: 10,
  settleSeconds: 900,
  leaseSeconds: 60,
  sweepAfterSeconds: 120,
  retentionDays: 400,
};
const withGate: Rules = { ...noGate, gate: { ttlSeconds: 600, invalidates: false } };

describe.each([
  ['without a gate', noGate],
  ['with a gate', withGate],
])('the lifecycle %s, walked every way', (name, rules) => {
  const started = performance.now();
  const { states, moves, broken, rows, known } = walk(rules);
  const seconds = (performance.now() - started) / 1000;

  test('keeps every invariant, and nothing is stuck', () => {
    console.log(`${name}: ${states.length} states, ${moves} moves, ${seconds.toFixed(1)} s`);
    expect(Object.fromEntries(broken)).toEqual({});
  });

  test('has no dead row in its table', () => {
    const all = Object.entries(STATE_TABLE).flatMap(([state, row]) =>
      Object.keys(row).map((each) => `${state} ${each}`),
    );
    expect(all.filter((row) => !rows.has(row))).toEqual([]);
  });

  test('covers what runs with a real clock reach', () => {
    expect(missedByRuns(rules, known)).toEqual([]);
  });
});

/** The states that random runs with exact durations reach, but the walk does not. */
function missedByRuns(rules: Rules, known: Map<string, number>): string[] {
  const RUNS = 200;
  const MOVES = 80;
  const moves = movesOf(real, rules);
  const random = numbersFrom(7);
  const missed: string[] = [];
  for (let run = 0; run < RUNS && missed.length === 0; run++) {
    let state = real.unasked({ ...video, ...byAdmin }, { at, rules });
    const way: string[] = [];
    for (let count = 0; count < MOVES && missed.length === 0; count++) {
      const ahead = Object.values(instantsOf(state, rules)).filter((seconds) => seconds > 0);
      const next = ahead[random(ahead.length)] ?? 1;
      const pause = [0, 0, 0, 1, 61, next, next, next + 1][random(8)] ?? 0;
      state = agedBy(state, pause);
      const possible = moves.flatMap(([name, { apply }]) => {
        const after = attempt(apply, state);
        return after && after !== state ? [{ name, after }] : [];
      });
      const chosen = possible[random(possible.length)];
      if (!chosen) continue;
      way.push(`${pause} s`, chosen.name);
      state = { ...chosen.after, lease: chosen.after.lease && { ...chosen.after.lease, owner: 'holder' } } as Tombstone;
      if (!known.has(keyOf(canonical(state, rules)))) missed.push(way.join(' > '), keyOf(canonical(state, rules)));
    }
  }
  return missed;
}

function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The same value with all its instants as they are seen this many seconds later. */
function agedBy<Value>(value: Value, seconds: number): Value {
  if (typeof value === 'string') return (/^\d{4}-\d\d-\d\dT/.test(value) ? later(value, -seconds) : value) as Value;
  if (Array.isArray(value)) return value.map((each) => agedBy(each, seconds)) as Value;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, agedBy(each, seconds)])) as Value;
}

/** Deliberate mistakes, one at a time. If the walk did not find them, it would prove nothing. */
type Mistake = { rules?: Rules; mistake: Partial<Lifecycle>; rule: string; way: string };
const MISTAKES: Record<string, Mistake> = {
  'a hold that keeps `expiresAt`': {
    mistake: { hold: (each, ...rest) => ({ ...real.hold(each, ...rest), expiresAt: each.expiresAt }) as Tombstone },
    rule: 'only what is over expires',
    way: 'hold',
  },
  'a release of a pending one that forgets when it is due': {
    mistake: {
      release: (...args) => {
        const after = real.release(...args);
        return (after.state === 'pending' ? { ...after, dueAt: undefined } : after) as Tombstone;
      },
    },
    rule: 'what is open is due',
    way: 'request > hold > release',
  },
  'a worker that gives way under a hold and leaves the video to nobody': {
    mistake: {
      giveWay: (...args) => {
        const after = real.giveWay(...args);
        return (isUnderLegalHold(after) ? { ...after, sweepAt: undefined } : after) as Tombstone;
      },
    },
    rule: 'the sweeper sees a visible video',
    way: 'request for an orphan > begin, without a row > hold > give way, nothing done',
  },
  'an end that forgets the gate': {
    rules: withGate,
    mistake: { finish: (...args) => ({ ...real.finish(...args), dueAt: undefined }) as Tombstone },
    rule: 'after the end, a closed gate is due to be opened',
    way: 'request for an orphan > begin, without a row > close the gate > settle > work is due > begin > finish',
  },
  'a second worker under the lease of the first': {
    mistake: {
      begin: (each, ...rest) =>
        real.begin({ ...each, lease: each.lease && { ...each.lease, until: timeAt(PAST) } } as Tombstone, ...rest),
    },
    rule: 'nobody takes a lease that is not over',
    way: 'request for an orphan > begin, without a row > begin',
  },
  'an owner that is new and undoes what an admin has asked for': {
    mistake: {
      begin: (each, ...rest) => {
        const requests = each.requests.filter(({ reason }) => reason !== 'admin');
        return real.begin({ ...each, requests }, ...rest);
      },
    },
    rule: 'a new owner undoes only what the former one alone requested',
    way: 'request by an admin > expedite by an admin > begin, with a new owner',
  },
  'a request that joins and moves the undo window on': {
    mistake: {
      join: (each, asked, now) => {
        const after = real.join(each, asked, now);
        const undoableUntil = timeAt(A_MONTH);
        return after.state === 'pending' && after !== each
          ? { ...after, undoableUntil, dueAt: undoableUntil, requests: each.requests }
          : after;
      },
    },
    rule: 'only a withdrawal makes the undo window longer',
    way: 'request > join by an admin',
  },
  'an undo window that is ended under a hold and makes work due': {
    mistake: {
      expedite: (...args) => {
        const after = real.expedite(...args);
        return after.state === 'held' ? { ...after, dueAt: timeAt(5), sweepAt: timeAt(125) } : after;
      },
    },
    rule: 'under a legal hold nothing is due',
    way: 'request > hold > expedite',
  },
  'a hold under which an event waits unseen': {
    mistake: {
      hold: (...args) => {
        const after = real.hold(...args);
        return (isToBeHidden(after) ? after : { ...after, sweepAt: undefined }) as Tombstone;
      },
    },
    rule: 'the sweeper sees an event that was not sent',
    way: 'request for an orphan > begin, without a row > settle > work is due > begin > finish > hold',
  },
  'a gate that closes after the undo and is not opened again': {
    rules: withGate,
    mistake: {
      gateClosed: (each, ...rest) => ({ ...real.gateClosed(each, ...rest), dueAt: each.dueAt }) as Tombstone,
    },
    rule: 'after the end, a closed gate is due to be opened',
    way: 'request > undo > a minute after the undo > show again > open the gate > show again > close the gate after the undo',
  },
  'a retry without a time': {
    mistake: {
      retry: (each, ...rest) => ({ ...real.retry(each, ...rest), dueAt: undefined, sweepAt: undefined }) as Tombstone,
    },
    rule: 'what is open is due',
    way: 'request for an orphan > begin, without a row > retry, something done',
  },
  'an undo that a release forgets': {
    mistake: {
      undo: (each, ...rest) => {
        const after = real.undo(each, ...rest);
        return (after.state === 'held' ? { ...after, held: each.held, sweepAt: timeAt(120) } : after) as Tombstone;
      },
    },
    rule: 'what is undone stays undone, unless the owner has asked, too',
    way: 'request > hold > undo',
  },
  'an undone video that is shown once only': {
    rules: withGate,
    mistake: {
      restored: (...args) => ({ ...real.restored(...args), dueAt: undefined, sweepAt: undefined }) as Tombstone,
    },
    rule: 'an undone video is shown again twice',
    way: 'request > undo > show again',
  },
  'an undone video that is shown again for ever': {
    mistake: { restored: (each, now) => real.restored({ ...each, restores: 0 }, now) },
    rule: 'an undone deletion is shown again',
    way: 'request > undo > (stuck)',
  },
};

describe('the walk finds', () => {
  test.each(Object.entries(MISTAKES))('%s', (_, { rules = noGate, mistake, rule, way }) => {
    const { broken } = walk(rules, mistake, { stopAtFirst: true });
    expect(broken.get(rule)).toBe(way);
  });
});
