import { withoutNames } from '../data-map/stray-keys.ts';
import { bothTargets } from '../data-map/target.ts';
import { type FailureCode, NotAllowedNow } from '../errors.ts';
import {
  backoffSeconds,
  LONGEST_REQUEST_SECONDS,
  MAX_ATTEMPTS,
  MAX_FAILURES,
  MAX_REQUESTS,
  plus,
  RECHECK_SECONDS,
} from '../rules.ts';
import { awaitsOpening, gateEndsAt, wantsClosed } from './gate.ts';
import { expiryOf, nextSweepAt, undoableUntilOf, undoSecondsOf } from './schedule.ts';
import { recordDeath, withFailure } from './step-record.ts';
import { reopen, STEP_NAMES, waitingSteps } from './steps.ts';
import {
  type EdgeInvalidation,
  type Held,
  type HoldReason,
  isAskedFor,
  isFree,
  isOfOrphan,
  isUndoable,
  type LegalHold,
  type Request,
  stateBehindHold,
  type Target,
  type Tombstone,
} from './tombstone.ts';
import { dueIn, type Now, revise, transition } from './transition.ts';

/**
 * Every change of a deletion is a pure function of the tombstone, the time and the rules. It reads, writes and sends
 * nothing. `change` writes the result on condition, and the caller of `change` sends the messages.
 */

// Requests from people

type Asked = Pick<Tombstone, 'videoId' | 'deletionId' | 'ownerId' | 'target' | 'wasPublic'> & Caller;
type Caller = Pick<Request, 'by' | 'reason'>;

/** The tombstone of a video that nobody has asked to delete. The video needs one so that it can be held. */
export function unasked(asked: Asked, now: Now): Tombstone {
  const requestedAt = now.at.toISOString();
  const requests = [{ by: asked.by, reason: asked.reason, at: requestedAt, until: requestedAt }];
  const none = { ...fresh(asked, now), requests, undoableUntil: requestedAt, expiresAt: expiryOf(now.at, now.rules) };
  return revise(none, {}, now);
}

/** A new deletion, which may replace an undone one. Work begins after the undo window. */
export function request(asked: Asked, now: Now, previous?: Tombstone): Tombstone {
  const { by, reason: code } = asked;
  return transition(fresh(asked, now, previous), 'request', { by, detail: { code } }, {}, now);
}

/**
 * Another caller requests the same deletion. The new request can shorten the undo window, never extend it. If what goes
 * on is the deletion of an orphan, which has a row now, it is from now on that of the row: see `claimed`.
 */
export function join(tombstone: Tombstone, { by, reason, row }: Caller & { row?: Claim }, now: Now): Tombstone {
  const isKnown = tombstone.requests.some((each) => each.by === by && each.reason === reason);
  if (isKnown) return tombstone;
  const requests = [...tombstone.requests, requestAt({ by, reason }, now)];
  // The request that is left out may be the one with the shortest window.
  const undoableUntil = undoableUntilOf([...requests, { until: tombstone.undoableUntil }]);
  if (requests.length > MAX_REQUESTS) requests.splice(reason === 'admin' ? MAX_REQUESTS - 1 : MAX_REQUESTS, 1);
  const changes = { requests, undoableUntil, ...(row && isOfOrphan(tombstone) && claimed(tombstone, row, now)) };
  return transition(tombstone, 'join', { by, detail: { code: reason } }, changes, now);
}

type Claim = Pick<Tombstone, 'ownerId' | 'target'>;

/**
 * Nobody has looked for what a row names, nor hidden the video, because an orphan has neither row nor owner. All steps
 * run again. A worker that is under way knows none of this, so its lease ends here, and counts as one that died.
 */
function claimed({ target, lease, interrupted, steps }: Tombstone, row: Claim, now: Now): Partial<Tombstone> {
  return {
    ownerId: row.ownerId,
    target: bothTargets(target, row.target),
    ...{ hidden: false, hiddenAt: undefined, progressed: true, lease: undefined },
    ...(lease && { interrupted: interrupted + 1, ...dueIn(0, now) }),
    steps: reopen(lease ? recordDeath(steps) : steps, STEP_NAMES),
  };
}

/**
 * Ends the deletion's undo window now. It also ends the caller's own window, or the first request's if the caller has
 * made no request. After the window, it changes nothing.
 * @throws {NotAllowedNow} to an owner while an admin's request stands, and where no deletion goes on
 */
export function expedite(tombstone: Tombstone, { by, isAdmin }: Person, now: Now): Tombstone {
  const isOver = isAskedFor(tombstone) || stateBehindHold(tombstone) === 'deleted';
  if (isOver && !isUndoable(tombstone, now.at)) return tombstone;
  refuseOwnerAgainstAdmin(tombstone, isAdmin);
  const at = now.at.toISOString();
  const hasAsked = tombstone.requests.some((each) => each.by === by);
  const requests = tombstone.requests.map((each, position) =>
    each.by === by || (!hasAsked && position === 0) ? { ...each, until: at } : each,
  );
  return transition(tombstone, 'expedite', { by }, { requests, undoableUntil: at }, now);
}

/**
 * Undoes the deletion within its window. An admin withdraws the admins' requests. If the owner or the account has asked
 * too, the deletion continues for them alone, with their window.
 * @param arrivedAt when the request arrived, which decides whether the window was open; by default now
 * @throws {NotAllowedNow} after the window, and to an owner while an admin's request stands
 */
export function undo(tombstone: Tombstone, { by, isAdmin, arrivedAt }: Person & Arrived, now: Now): Tombstone {
  if (!isUndoable(tombstone, arrivalOf(arrivedAt, now.at)))
    throw new NotAllowedNow('The undo window of this deletion is over');
  refuseOwnerAgainstAdmin(tombstone, isAdmin);
  const others = tombstone.requests.filter(({ reason }) => reason !== 'admin');
  if (others.length > 0 && others.length < tombstone.requests.length) {
    const undoableUntil = undoableUntilOf(others);
    return transition(tombstone, 'withdraw', { by }, { requests: others, undoableUntil }, now);
  }
  return transition(tombstone, 'undo', { by }, back(), now);
}

/** From now on nothing is deleted. A video can be held before any request. Holding it again replaces the reason. */
export function hold(
  tombstone: Tombstone,
  { by, reason: { code, caseNumber } }: { by: string; reason: HoldReason },
  now: Now,
): Tombstone {
  const standing: LegalHold = { code, caseNumber, by, at: now.at.toISOString() };
  const held: Held = { because: 'legalHold', from: stateBehindHold(tombstone), hold: standing };
  return transition(tombstone, 'hold', { by, detail: { code, caseNumber } }, { held }, now);
}

/**
 * Ends any hold. The deletion continues in the state before the hold, or in the one that a command under the hold led
 * to.
 */
export function release(
  tombstone: Tombstone,
  { by, reason: { code, caseNumber } }: { by: string; reason: HoldReason },
  now: Now,
): Tombstone {
  return transition(tombstone, 'release', { by, detail: { code, caseNumber } }, {}, now);
}

/**
 * An operator does not want to wait for the end of a backoff: the next attempt begins now. How often it has failed
 * still counts.
 * @throws {NotAllowedNow} unless it waits for its next attempt
 */
export function hurry(tombstone: Tombstone, { by }: { by: string }, now: Now): Tombstone {
  const { state, lease, dueAt } = tombstone;
  if (state !== 'running' || lease || !dueAt || dueAt <= now.at.toISOString())
    throw new NotAllowedNow(`Only a deletion that waits for its next attempt can be tried now: it is ${state}`);
  return transition(tombstone, 'hurry', { by }, {}, now);
}

export function replay(tombstone: Tombstone, { by }: { by: string }, now: Now): Tombstone {
  return transition(tombstone, 'replay', { by }, { attempts: 0, progressed: false, residue: undefined }, now);
}

/**
 * Deletes a deleted video again, for example after a restored backup. `edgeRequests` keeps counting, so an old answer
 * of the edge cannot count for the new deletion.
 * @param asked whoever asks for it now, if anybody but an operator does: the earlier requests are done
 * @param ownerId the owner in the video's row, if it has one
 * @throws {NotAllowedNow} for what was deleted as an orphan and has a row now, unless somebody asks who may
 */
export function reapply(
  tombstone: Tombstone,
  { by, target, ownerId, asked }: { by: string; target: Target; ownerId?: string; asked?: Caller },
  now: Now,
): Tombstone {
  if (!asked && ownerId !== undefined && isOfOrphan(tombstone))
    throw new NotAllowedNow(
      'It was deleted as an orphan, and it is somebody’s video now: its owner or an admin has to ask',
    );
  const whose = { ...(ownerId !== undefined && { ownerId }), ...(asked && requestedNow(asked, now)) };
  const changes = { ...anew(), hiddenAt: undefined, deletedAt: undefined, edge: undefined, target, ...whose };
  return transition(tombstone, 'reapply', { by }, changes, now);
}

/** Hides the video again: a restored backup has made it visible before its deletion was over. */
export function hideAgain(tombstone: Tombstone, now: Now): Tombstone {
  const { hide } = waitingSteps();
  return revise(tombstone, { hidden: false, hiddenAt: undefined, steps: { ...tombstone.steps, hide } }, now);
}

// Work of the cleanup function

/** True when no attempt is left: the deletion has to be given up. */
export function isExhausted({ attempts, progressed }: Tombstone): boolean {
  return attempts >= MAX_ATTEMPTS && !progressed;
}

/**
 * A worker gets the lease. That costs an attempt, unless the previous pass made progress. If the video has a new owner
 * and only the former owner has asked, the deletion is undone instead; so is that of an orphan that has a row now.
 * @param row what the video's row says when the work begins: its owner, and what it names
 * @throws {NotAllowedNow} when another worker has the lease, the deletion is not due, or no attempt is left
 */
export function begin(
  tombstone: Tombstone,
  { worker, row }: { worker: string; row?: { ownerId: string; target: Target } | undefined },
  now: Now,
): Tombstone {
  const { state, progressed, lease, interrupted, steps, attempts } = tombstone;
  if (!isFree(tombstone, now.at)) throw new NotAllowedNow('No worker may begin this deletion now');
  if (state === 'pending' && row && isOfFormerOwnerAlone(tombstone, row.ownerId)) {
    const changes = { ...back(), ownerId: row.ownerId };
    const code = isOfOrphan(tombstone) ? 'RowFound' : 'OwnerChanged';
    return transition(tombstone, 'ownerChanged', { by: 'worker', detail: { code } }, changes, now);
  }
  if (isExhausted(tombstone)) throw new NotAllowedNow('No attempt is left');
  const taken: Partial<Tombstone> = {
    ...(state === 'pending' && row && { ownerId: row.ownerId, target: bothTargets(tombstone.target, row.target) }),
    lease: { owner: worker, until: plus(now.at, now.rules.leaseSeconds).toISOString() },
    attempts: progressed ? attempts : attempts + 1,
    progressed: false,
    // The previous worker crashed. It may have deleted objects without recording them, so these steps run again.
    ...(lease && {
      interrupted: interrupted + 1,
      steps: reopen(recordDeath(steps), ['cancelRuns', 'deleteObjects', 'deleteRows']),
    }),
  };
  if (state === 'pending') return transition(tombstone, 'begin', { by: 'worker' }, taken, now);
  if (state === 'held') return transition(tombstone, 'release', { by: 'worker' }, taken, now);
  return revise(tombstone, taken, now);
}

/**
 * The owner of a video whose work is due could not be read. Nothing begins without that, and the next attempt is after
 * the backoff. `code`: why it could not be read.
 */
export function postpone(
  tombstone: Tombstone,
  { code, random }: { code: FailureCode; random: () => number },
  now: Now,
): Tombstone {
  const attempts = tombstone.attempts + 1;
  const changes = { attempts, progressed: false, ...dueIn(backoffSeconds(attempts, random), now) };
  return transition(tombstone, 'postpone', { by: 'worker', detail: { code } }, changes, now);
}

export function renew(tombstone: Tombstone, now: Now): Tombstone {
  const { owner } = tombstone.lease ?? { owner: '' };
  const until = plus(now.at, now.rules.leaseSeconds).toISOString();
  return revise(tombstone, { lease: { owner, until } }, now);
}

/** A command has stopped the worker. A hold may last long, so the next worker checks the empty stores again. */
export function giveWay(tombstone: Tombstone, now: Now): Tombstone {
  return revise(tombstone, { lease: undefined, progressed: true, ...checkAgain(tombstone) }, now);
}

/** The worker is out of time. Another one continues at once. */
export function handOn(tombstone: Tombstone, now: Now): Tombstone {
  return revise(tombstone, { lease: undefined, ...dueIn(0, now) }, now);
}

/**
 * True when a pass has found as much that had come back as the pass before, or more. That is no progress, however much
 * of it was deleted: a store may show again what was deleted, or a writer may never stop.
 */
export function isNoLess({ residue }: Pick<Tombstone, 'residue'>, found: number): boolean {
  return found > 0 && residue !== undefined && found >= residue;
}

/**
 * Every store has been empty once. The next pass checks them again after the settle delay. `found`: how much the pass
 * found that had come back.
 */
export function settle(tombstone: Tombstone, now: Now, found = 0): Tombstone {
  const detail = tombstone.state === 'settling' && { detail: tombstone.late };
  const progressed = !isNoLess(tombstone, found);
  const changes = { ...checkAgain(tombstone), lease: undefined, progressed, ...residueOf(found) };
  return transition(tombstone, 'settle', { by: 'worker', ...detail }, changes, now);
}

/** Waiting is not a failure and costs no attempt. */
export function wait(tombstone: Tombstone, seconds: number, now: Now): Tombstone {
  const changes = { ...checkAgain(tombstone), ...dueIn(seconds, now), lease: undefined, progressed: true };
  return revise(tombstone, changes, now);
}

/**
 * A step failed. The next attempt begins after the backoff. `found`: how much had come back. A step that has failed
 * very often may delete what a writer goes on to write: then it costs an attempt, whatever it deletes.
 */
export function retry(tombstone: Tombstone, random: () => number, now: Now, found = 0): Tombstone {
  const isEndless = STEP_NAMES.some((name) => (tombstone.steps[name].failures ?? 0) > MAX_FAILURES);
  const progressed = tombstone.progressed && !isNoLess(tombstone, found) && !isEndless;
  const due = dueIn(backoffSeconds(tombstone.attempts, random), now);
  return revise(tombstone, { lease: undefined, progressed, ...residueOf(found), ...due }, now);
}

/** A pass that has found nothing says nothing: it may not have come to the end of its check. */
function residueOf(found: number): Pick<Tombstone, 'residue'> {
  return found > 0 ? { residue: found } : {};
}

/** The code in the history for each reason why a store must keep something. */
const LOCK_CODES = { objectLock: 'ObjectsLocked', external: 'ExternalHold' } as const;

/** A store must keep something: Object Lock, or an external store. The next attempt begins after `seconds`. */
export function lock(
  tombstone: Tombstone,
  { because, seconds }: { because: keyof typeof LOCK_CODES; seconds: number },
  now: Now,
): Tombstone {
  const held: Held = { because, from: stateBehindHold(tombstone) };
  const entry = { by: 'worker', detail: { code: LOCK_CODES[because] } };
  return transition(
    tombstone,
    'lock',
    entry,
    { held, lease: undefined, progressed: true, ...dueIn(seconds, now) },
    now,
  );
}

/**
 * No attempt is left: the deletion is `failed` until an operator replays it. Locked objects alone lead to a hold, so
 * any other code is the better reason. `unread`: why the row could not be read, before work has begun.
 */
export function giveUp(tombstone: Tombstone, now: Now, unread?: FailureCode): Tombstone {
  const { steps } = tombstone;
  const codes = STEP_NAMES.flatMap((name) => (steps[name].state === 'failed' ? (steps[name].error ?? []) : []));
  const code = unread ?? codes.find((each) => each !== 'ObjectsLocked') ?? codes[0] ?? 'Interrupted';
  const attempts = unread ? tombstone.attempts + 1 : tombstone.attempts;
  return transition(tombstone, 'giveUp', { by: 'worker', detail: { code } }, { lease: undefined, attempts }, now);
}

/**
 * One write contains the receipt, the state and the event. The tombstone then keeps no file names that people chose.
 */
export function finish(
  tombstone: Tombstone,
  { receipt, event }: { receipt: string; event?: string | undefined },
  now: Now,
): Tombstone {
  const { receipts, outbox } = tombstone;
  const at = now.at.toISOString();
  const target = withoutNames(tombstone.target);
  const changes: Partial<Tombstone> = {
    lease: undefined,
    receipts: [...receipts, receipt],
    target,
    deletedAt: at,
    ...(event !== undefined && { outbox: [...outbox, { id: event, type: 'VideoDeleted', at }] }),
  };
  return transition(tombstone, 'finish', { by: 'worker' }, changes, now);
}

// What happens outside the pipeline

/** The video was hidden while no worker had the lease. */
export function hidden(tombstone: Tombstone, now: Now): Tombstone {
  return revise(tombstone, { hidden: true, hiddenAt: now.at.toISOString() }, now);
}

/**
 * The video was shown again. That happens at least twice, a minute apart, because a slow `hide` may have been running
 * the first time. It repeats until the gate is open.
 */
export function restored(tombstone: Tombstone, now: Now): Tombstone {
  const again = tombstone.restores === 0 || awaitsOpening(tombstone, now.rules);
  const rest = again ? dueIn(RECHECK_SECONDS, now) : { dueAt: undefined, target: withoutNames(tombstone.target) };
  return revise(tombstone, { hidden: false, hiddenAt: undefined, restores: tombstone.restores + 1, ...rest }, now);
}

/**
 * The gate was closed. If the deletion was undone meanwhile, it becomes due at once, so that the gate is opened again.
 */
export function gateClosed(tombstone: Tombstone, now: Now): Tombstone {
  const { openedAt: _, ungatedAt: __, ...earlier } = edgeOf(tombstone, now);
  const edge = { ...earlier, gatedAt: now.at.toISOString() };
  const isLate = tombstone.state === 'cancelled' && !wantsClosed(tombstone, now.rules, now.at);
  const dueAt = tombstone.state === 'deleted' && gateEndsAt({ ...tombstone, edge }, now.rules, now.at);
  return revise(tombstone, { edge, ...(isLate && dueIn(0, now)), ...(dueAt && { dueAt }) }, now);
}

/** The gate had no room for the deletion, which waits. It is closed when the work is due. */
export function ungated(tombstone: Tombstone, now: Now): Tombstone {
  return revise(tombstone, { edge: { ...edgeOf(tombstone, now), ungatedAt: now.at.toISOString() } }, now);
}

/** The gate was opened. For a deleted video, this was the last piece of work. */
export function gateOpened(tombstone: Tombstone, now: Now): Tombstone {
  const edge = { ...edgeOf(tombstone, now), openedAt: now.at.toISOString() };
  return revise(tombstone, { edge, ...(tombstone.state === 'deleted' && { dueAt: undefined }) }, now);
}

/** The sweeper sends a message, then leaves the deletion alone for a while. */
export function swept(tombstone: Tombstone, { at, rules }: Now): Tombstone {
  return { ...tombstone, revision: tombstone.revision + 1, sweepAt: nextSweepAt(at, rules) };
}

/** The edge has accepted or completed an invalidation. The gate's times stay. */
export function invalidated(tombstone: Tombstone, edge: EdgeInvalidation, now: Now): Tombstone {
  const { gatedAt, openedAt } = tombstone.edge ?? {};
  return revise(tombstone, { edge: { ...edge, ...(gatedAt && { gatedAt }), ...(openedAt && { openedAt }) } }, now);
}

/**
 * The edge has refused the paths for good. That is a failure of the step. The next pass costs an attempt and asks
 * again.
 */
export function edgeRefused(tombstone: Tombstone, error: FailureCode, now: Now): Tombstone {
  const { edge, steps } = tombstone;
  const times = { startedAt: edge ? new Date(edge.requestedAt) : now.at, finishedAt: now.at };
  const invalidateEdge = { ...withFailure(steps.invalidateEdge, error, times), state: 'failed' } as const;
  return revise(tombstone, { steps: { ...steps, invalidateEdge }, progressed: false }, now);
}

/** These events were sent. */
export function published(tombstone: Tombstone, ids: readonly string[], now: Now): Tombstone {
  return revise(tombstone, { outbox: tombstone.outbox.filter(({ id }) => !ids.includes(id)) }, now);
}

// Helpers

type Person = { by: string; isAdmin: boolean };
type Arrived = { arrivedAt?: Date | undefined };

/** A request cannot have been under way for longer than the API waits for an answer. */
function arrivalOf(arrivedAt: Date | undefined, now: Date): Date {
  const earliest = plus(now, -LONGEST_REQUEST_SECONDS);
  return arrivedAt && arrivedAt < now ? (arrivedAt > earliest ? arrivedAt : earliest) : now;
}

function requestAt({ by, reason }: Caller, { at, rules }: Now): Request {
  const until = plus(at, undoSecondsOf(reason, rules)).toISOString();
  return { by, reason, at: at.toISOString(), until };
}

/** One request, without an undo window. */
function requestedNow(asked: Caller, now: Now): Pick<Tombstone, 'requests' | 'requestedAt' | 'undoableUntil'> {
  const at = now.at.toISOString();
  return { requests: [{ ...requestAt(asked, now), until: at }], requestedAt: at, undoableUntil: at };
}

/** The tombstone before its first command. `previous` is an undone or held one: its history and its hold stay. */
function fresh({ by, reason, ...asked }: Asked, now: Now, previous?: Tombstone): Tombstone {
  const first = { state: 'none', revision: 0, history: [], receipts: [], outbox: [] } satisfies Partial<Tombstone>;
  const { hiddenAt: _, edge: __, ...kept } = previous ?? (first as Partial<Tombstone> as Tombstone);
  const requests = [requestAt({ by, reason }, now)];
  const requestedAt = now.at.toISOString();
  const undoableUntil = undoableUntilOf(requests);
  return { ...kept, ...asked, ...anew(), requests, requestedAt, undoableUntil, edgeRequests: 0, restores: 0 };
}

/** A deletion that starts again keeps only the history, the receipts and the events of the one before. */
function anew() {
  const steps = waitingSteps();
  return { steps, hidden: false, attempts: 0, progressed: false, interrupted: 0, late: {}, residue: undefined };
}

/** The only work that an undone deletion has left is to show the video again. */
function back(): Partial<Tombstone> {
  return { attempts: 0, progressed: false, restores: 0, steps: waitingSteps() };
}

function refuseOwnerAgainstAdmin({ requests }: Tombstone, isAdmin: boolean): void {
  if (isAdmin || requests.every(({ reason }) => reason !== 'admin')) return;
  throw new NotAllowedNow('An admin has asked for this deletion, too');
}

function isOfFormerOwnerAlone({ requests, ownerId: former }: Tombstone, ownerId: string): boolean {
  return isOfOrphan({ requests }) || (ownerId !== former && requests.every(({ by }) => by === former));
}

/**
 * The next pass checks every store again, and deletes only if it finds something. It always invalidates the cache
 * again, because entries that slow readers wrote into the owner's lists look like correct ones.
 */
function checkAgain({ steps }: Tombstone): Pick<Tombstone, 'steps'> {
  return { steps: reopen(steps, ['invalidateCache', 'verify']) };
}

/** The edge's record, or the one before the edge was asked for anything. */
function edgeOf({ edge }: Tombstone, { at }: Now): EdgeInvalidation {
  return edge ?? { request: 0, paths: 0, requestedAt: at.toISOString() };
}
