import { edgePathsOf } from '../data-map/data-map.ts';
import { withoutNames } from '../data-map/stray-keys.ts';
import { NotAllowedNow } from '../errors.ts';
import {
  backoffSeconds,
  dueIn,
  expiryOf,
  MAX_ATTEMPTS,
  NOT_DUE,
  nextSweep,
  RECHECK_SECONDS,
  type Rules,
  secondsUntil,
  stillDueIn,
} from '../rules.ts';
import { awaitsOpening, dueAfterEnd } from './gate.ts';
import { append, type Detail, foldedOf, GENESIS } from './history.ts';
import { reopen, waitingSteps } from './step-record.ts';
import {
  type Command,
  type EdgeInvalidation,
  type HoldReason,
  isToBeHidden,
  type LegalHold,
  STEP_NAMES,
  type State,
  type Target,
  type Tombstone,
} from './tombstone.ts';

/**
 * Every change that a deletion can go through, each a function of the tombstone, the time and the rules: nothing is read, written
 * or sent here. `change` writes what comes back, on condition; whoever called it sends what is due.
 */

/** The whole lifecycle: state × command → next state. What is not here is not allowed. */
const MOVES: Record<State, Partial<Record<Command, State>>> = {
  none: { request: 'pending', hold: 'held' },
  pending: { undo: 'cancelled', begin: 'running', hold: 'held' },
  running: { settle: 'settling', giveUp: 'failed', hold: 'held' },
  settling: { settle: 'settling', finish: 'deleted', giveUp: 'failed', hold: 'held' },
  deleted: { reapply: 'running' },
  failed: { replay: 'running', hold: 'held' },
  held: { hold: 'held' },
  cancelled: { request: 'pending', hold: 'held' },
};

/** What a release leads back to, and what a held deletion remembers when it is asked for, undone or replayed meanwhile. */
const HELD_MOVES: Partial<Record<State, Partial<Record<Command, State>>>> = {
  none: { request: 'pending' },
  pending: { undo: 'cancelled' },
  failed: { replay: 'running' },
  cancelled: { request: 'pending' },
};

/**
 * Where a command leads. A held deletion stays held: asking for it, undoing or replaying it only changes where the release leads.
 * @throws {NotAllowedNow} naming the state and the command
 */
export function move(
  from: Pick<Tombstone, 'state' | 'heldFrom'>,
  command: Command,
): { state: State; heldFrom?: State } {
  if (from.state === 'held') {
    const heldFrom = from.heldFrom ?? 'none';
    if (command === 'release') return { state: heldFrom };
    if (command === 'hold') return { state: 'held', heldFrom };
    const then = HELD_MOVES[heldFrom]?.[command];
    if (then) return { state: 'held', heldFrom: then };
  }
  const to = MOVES[from.state][command];
  if (!to) throw new NotAllowedNow(`A deletion that is ${from.state} does not allow ${command}`);
  return to === 'held' ? { state: to, heldFrom: from.state } : { state: to };
}

/** The next revision of a tombstone, with `changes`. */
export function revise(tombstone: Tombstone, changes: Partial<Tombstone>): Tombstone {
  return { ...tombstone, ...changes, revision: tombstone.revision + 1 };
}

/** The next revision after a command: the new state, and the entry in the history that says so. @throws {NotAllowedNow} */
export function transition(
  tombstone: Tombstone,
  command: Command,
  entry: { at: Date; by: string; detail?: Detail },
  changes: Partial<Tombstone> = {},
): Tombstone {
  const { state, heldFrom } = move(tombstone, command);
  const { history, folded } = fold(tombstone);
  const moved = { ...entry, at: entry.at.toISOString(), from: tombstone.state, to: state };
  const grown = append(history, moved, folded?.hash ?? GENESIS);
  return revise(tombstone, { ...changes, state, heldFrom, history: grown, folded });
}

/** Makes room for one more entry. */
function fold({ history, folded }: Tombstone): Pick<Tombstone, 'history' | 'folded'> {
  const before = folded?.count ?? 0;
  const count = foldedOf(before + history.length + 1) - before;
  if (count <= 0) return { history, folded };
  return {
    history: history.slice(count),
    folded: { count: before + count, hash: history[count - 1]?.hash ?? GENESIS },
  };
}

const ANEW = {
  hidden: false,
  hiddenAt: undefined,
  edge: undefined,
  attempts: 0,
  progressed: false,
  interrupted: 0,
  late: {},
  expiresAt: undefined,
} as const;

/** What people ask for. */

type Asked = Pick<Tombstone, 'videoId' | 'deletionId' | 'ownerId' | 'requestedBy' | 'reason' | 'target'> & { at: Date };

/** The tombstone before its first command. `previous` is the undone or held one that it takes over, whose chain goes on. */
export function unasked({ at, ...asked }: Asked, { undoSeconds }: Rules, previous?: Tombstone): Tombstone {
  const first = { state: 'none', revision: 0, history: [], receipts: [], outbox: [] } as const;
  const undoableUntil = new Date(at.getTime() + undoSeconds * 1000).toISOString();
  const kept = previous ?? { ...first, history: [], receipts: [], outbox: [] };
  return { ...kept, ...asked, ...ANEW, requestedAt: at.toISOString(), undoableUntil, steps: waitingSteps() };
}

/** `pending`, due at the end of the undo window. Under a hold the only work is to hide it, and that is due now. */
export function request(asked: Asked, rules: Rules, previous?: Tombstone): Tombstone {
  const { at, requestedBy: by, reason: code } = asked;
  const next = transition(unasked(asked, rules, previous), 'request', { at, by, detail: { code } });
  return { ...next, ...dueIn(at, next.state === 'held' ? 0 : rules.undoSeconds, rules) };
}

export function undo(tombstone: Tombstone, { at, by }: { at: Date; by: string }, rules: Rules): Tombstone {
  const undone = transition(tombstone, 'undo', { at, by }, { steps: waitingSteps(), attempts: 0 });
  if (undone.state === 'held') return { ...undone, ...NOT_DUE };
  return { ...undone, expiresAt: expiryOf(at, rules), ...dueIn(at, 0, rules) };
}

export function hold(tombstone: Tombstone, standing: LegalHold, rules: Rules): Tombstone {
  const { code, caseNumber, by } = standing;
  const at = new Date(standing.at);
  const changes = { hold: standing, expiresAt: undefined };
  const held = transition(tombstone, 'hold', { at, by, detail: { code, caseNumber } }, changes);
  if (!tombstone.leaseOwner) return { ...held, ...onlyToHide(held, at, rules) };
  // While a worker has it, `dueAt` is the end of its lease. If it does not live to hide the video, the sweeper has that done.
  return isToBeHidden(held) ? held : { ...held, sweepAt: undefined };
}

export function release(
  tombstone: Tombstone,
  { at, by, reason: { code, caseNumber } }: { at: Date; by: string; reason: HoldReason },
  rules: Rules,
): Tombstone {
  const next = transition(tombstone, 'release', { at, by, detail: { code, caseNumber } }, { hold: undefined });
  const due = (seconds: number) => dueIn(at, seconds, rules);
  switch (next.state) {
    case 'none':
      return { ...next, ...NOT_DUE, expiresAt: expiryOf(at, rules) };
    case 'failed':
      return { ...next, ...NOT_DUE };
    case 'cancelled':
      return { ...next, attempts: 0, expiresAt: expiryOf(at, rules), ...due(0) };
    case 'pending':
      return { ...next, ...due(secondsUntil(next.undoableUntil, at)) };
  }
  // A worker that has not given way yet goes on under its lease; if it has died, the next one comes when that has run out.
  if (tombstone.leaseOwner && tombstone.dueAt) return { ...next, ...due(secondsUntil(tombstone.dueAt, at)) };
  // Settling begins anew: how much of it was over is not known.
  return { ...next, ...due(next.state === 'settling' ? rules.settleSeconds : 0) };
}

export function replay(tombstone: Tombstone, { at, by }: { at: Date; by: string }, rules: Rules): Tombstone {
  const changes = { attempts: 0, progressed: false, leaseOwner: undefined };
  const next = transition(tombstone, 'replay', { at, by }, changes);
  return next.state === 'held' ? next : { ...next, ...dueIn(at, 0, rules) };
}

/** The number of the edge's last request stays, so that an old answer is not taken for a new one. */
export function reapply(
  tombstone: Tombstone,
  { at, by, target }: { at: Date; by: string; target: Target },
  rules: Rules,
): Tombstone {
  const { requests = 0 } = tombstone.steps.invalidateEdge.counts;
  const steps = waitingSteps();
  if (requests > 0) steps.invalidateEdge.counts = { requests };
  return transition(
    tombstone,
    'reapply',
    { at, by },
    { ...ANEW, steps, deletedAt: undefined, target, ...dueIn(at, 0, rules) },
  );
}

/** What a worker does. */

/** A worker takes the lease, which counts the attempt; undefined when no attempt is left. */
export function begin(
  tombstone: Tombstone,
  { at, worker }: { at: Date; worker: string },
  rules: Rules,
): Tombstone | undefined {
  const { state, progressed, leaseOwner, interrupted, steps } = tombstone;
  const attempts = progressed ? tombstone.attempts : tombstone.attempts + 1;
  if (attempts > MAX_ATTEMPTS) return undefined;
  const changes = {
    leaseOwner: worker,
    attempts,
    progressed: false,
    // A lease that nobody gave back: what its holder removed last is in no count, and may have left a copy at the edge.
    ...(leaseOwner !== undefined && {
      interrupted: interrupted + 1,
      steps: reopen(steps, ['cancelRuns', 'deleteObjects', 'deleteRows']),
    }),
    ...stillDueIn(tombstone, at, rules.leaseSeconds, rules),
  };
  if (state === 'pending') return transition(tombstone, 'begin', { at, by: 'worker' }, changes);
  if (state === 'held') return transition(tombstone, 'release', { at, by: 'worker' }, changes);
  return revise(tombstone, changes);
}

export function renew(tombstone: Tombstone, at: Date, rules: Rules): Tombstone {
  return revise(tombstone, stillDueIn(tombstone, at, rules.leaseSeconds, rules));
}

/** Stopped by a command. What was found empty is looked at again, however long a hold lasts. */
export function giveWay(tombstone: Tombstone, at: Date, rules: Rules): Tombstone {
  const free = revise(tombstone, { leaseOwner: undefined, progressed: true, ...lookAgain(tombstone) });
  return free.state === 'held' ? { ...free, ...onlyToHide(free, at, rules) } : free;
}

/** Out of time: another worker goes on at once. */
export function handOn(tombstone: Tombstone, progressed: boolean, at: Date, rules: Rules): Tombstone {
  return revise(tombstone, { progressed, ...dueIn(at, 0, rules) });
}

/** Everything has been empty once. */
export function settle(tombstone: Tombstone, at: Date, rules: Rules): Tombstone {
  const detail = tombstone.state === 'settling' && { detail: tombstone.late };
  const changes = { ...lookAgain(tombstone), progressed: true, ...dueIn(at, rules.settleSeconds, rules) };
  return transition(tombstone, 'settle', { at, by: 'worker', ...detail }, changes);
}

/** Not a failure, so it costs no attempt. */
export function wait(tombstone: Tombstone, seconds: number, at: Date, rules: Rules): Tombstone {
  return revise(tombstone, { ...lookAgain(tombstone), progressed: true, ...dueIn(at, seconds, rules) });
}

export function retry(
  tombstone: Tombstone,
  { at, progressed, random }: { at: Date; progressed: boolean; random: () => number },
  rules: Rules,
): Tombstone {
  return revise(tombstone, { progressed, ...dueIn(at, backoffSeconds(tombstone.attempts, random), rules) });
}

/** Retention in the store forbids to go on: nothing is tried before it ends. */
export function holdForLock(tombstone: Tombstone, seconds: number, at: Date, rules: Rules): Tombstone {
  const entry = { at, by: 'worker', detail: { code: 'ObjectsLocked' } };
  return transition(tombstone, 'hold', entry, { progressed: true, ...dueIn(at, seconds, rules) });
}

/** Retries are used up: `failed`, until an operator replays. A lock alone would have been waited for. */
export function giveUp(tombstone: Tombstone, at: Date): Tombstone {
  const { steps } = tombstone;
  const codes = STEP_NAMES.flatMap((name) => (steps[name].state === 'failed' ? (steps[name].error ?? []) : []));
  const code = codes.find((each) => each !== 'ObjectsLocked') ?? codes[0] ?? 'Interrupted';
  return transition(tombstone, 'giveUp', { at, by: 'worker', detail: { code } }, { ...NOT_DUE, leaseOwner: undefined });
}

/** Receipt, move and the event to come are one change. From now on no file name is kept: the receipt counts them. */
export function finish(
  tombstone: Tombstone,
  { at, receipt, event }: { at: Date; receipt: string; event?: string | undefined },
  rules: Rules,
): Tombstone {
  const { videoId, edge, receipts, outbox } = tombstone;
  const target = withoutNames(tombstone.target);
  const nameless = new Set(edgePathsOf(videoId, target.strayKeys));
  return transition(
    tombstone,
    'finish',
    { at, by: 'worker' },
    {
      receipts: [...receipts, receipt],
      target,
      ...(edge && { edge: { ...edge, paths: edge.paths.filter((path) => nameless.has(path)) } }),
      deletedAt: at.toISOString(),
      expiresAt: expiryOf(at, rules),
      ...dueAfterEnd(tombstone, rules, at),
      ...(event !== undefined && {
        outbox: [...outbox, { id: event, type: 'VideoDeleted', at: at.toISOString() }],
        sweepAt: stillDueIn(tombstone, at, 0, rules).sweepAt,
      }),
    },
  );
}

/** What happens beside the pipeline. */

/** Hidden while no worker had it. Under a hold, that was all; the lease of a worker that died stays, for its end says from when nobody can be at it. */
export function hidden(tombstone: Tombstone): Tombstone {
  const { hold, leaseOwner } = tombstone;
  if (!hold) return revise(tombstone, {});
  return revise(tombstone, leaseOwner === undefined ? NOT_DUE : { sweepAt: undefined });
}

/** Shown again: twice, a minute apart, for a slow `hide` may have been under way the first time; and until the gate is open. */
export function restored(tombstone: Tombstone, at: Date, rules: Rules): Tombstone {
  const comesAgain = tombstone.attempts === 0 || awaitsOpening(tombstone, rules);
  const due = comesAgain ? dueIn(at, RECHECK_SECONDS, rules) : { ...NOT_DUE, target: withoutNames(tombstone.target) };
  return revise(tombstone, { hidden: false, hiddenAt: undefined, attempts: tombstone.attempts + 1, ...due });
}

export function gateClosed(tombstone: Tombstone, at: string): Tombstone {
  return revise(tombstone, { edge: { ...edgeOf(tombstone, at), gatedAt: at, openedAt: undefined } });
}

/** With the gate, the last of a finished deletion is over; only an event that was not sent keeps it in the sweeper's eye. */
export function gateOpened(tombstone: Tombstone, at: string): Tombstone {
  const { state, outbox } = tombstone;
  const isOver = state === 'deleted' && { dueAt: undefined, ...(outbox.length === 0 && { sweepAt: undefined }) };
  return revise(tombstone, { edge: { ...edgeOf(tombstone, at), openedAt: at }, ...isOver });
}

/** Taken up by the sweeper, which leaves it alone for a while then. */
export function swept(tombstone: Tombstone, at: Date, rules: Rules): Tombstone {
  return revise(tombstone, { sweepAt: nextSweep(at, rules) });
}

/** Before the edge was asked for anything. */
function edgeOf({ edge }: Tombstone, at: string): EdgeInvalidation {
  return edge ?? { request: 0, paths: [], requestedAt: at };
}

/**
 * The next pass looks again in every store, and only where it finds something does it remove. The cache is invalidated
 * again all the same: what slow readers wrote into the owner's lists cannot be told from what is right.
 */
function lookAgain({ steps }: Tombstone): Pick<Tombstone, 'steps'> {
  return { steps: reopen(steps, ['invalidateCache', 'verify']) };
}

/** Under a hold nothing is due but to hide what could not be hidden yet. */
function onlyToHide(held: Tombstone, at: Date, rules: Rules) {
  return isToBeHidden(held) ? dueIn(at, 0, rules) : NOT_DUE;
}
