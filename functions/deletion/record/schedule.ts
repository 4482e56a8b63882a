import { plus, type Rules, secondsUntil } from '../rules.ts';
import { isToBeHidden, type Reason, type Request, type Tombstone } from './tombstone.ts';

/**
 * SQS delays a message by at most 900 s. For a longer wait no message is sent, and the sweeper sends one when it is
 * over.
 */
export const LONGEST_MESSAGE_SECONDS = 900;

/** The undo window for a request with this reason. An orphan is nobody's, so nobody could undo its deletion. */
export function undoSecondsOf(reason: Reason, { undoSeconds, adminUndoSeconds = undoSeconds }: Rules): number {
  if (reason === 'orphan') return 0;
  return reason === 'owner' ? undoSeconds : adminUndoSeconds;
}

/** The end of the undo window. Each request has its own window, and the first to end decides. */
export function undoableUntilOf(requests: readonly Pick<Request, 'until'>[]): string {
  return requests.map(({ until }) => until).sort()[0] as string;
}

/**
 * When the work of a pending deletion may begin. An undo that arrived within the window may still be under way then.
 */
export function workBeginsAt(
  { requests, undoableUntil }: Pick<Tombstone, 'requests' | 'undoableUntil'>,
  { graceSeconds = 0 }: Rules,
): string {
  const hasNoWindow = requests.some(({ at, until }) => until === undoableUntil && until <= at);
  return hasNoWindow ? undoableUntil : plus(new Date(undoableUntil), graceSeconds).toISOString();
}

/** When the next piece of work may begin: it is due, and no worker has the lease. Undefined when there is no work. */
export function nextWorkAt({ dueAt, lease }: Pick<Tombstone, 'dueAt' | 'lease'>): string | undefined {
  return dueAt && lease && lease.until > dueAt ? lease.until : dueAt;
}

/**
 * When the sweeper has to send a message, if nobody else does. While the video is visible or an event is unsent, that
 * is soon. Otherwise it is a while after the next work may begin. Every change except `swept` derives it here, so each
 * deletion with work left stays in the sweeper's view. A time that is about right stays as it is: changing it moves the
 * item in its index, which costs as much as two writes.
 */
export function sweepAtOf(tombstone: Tombstone, now: Date, rules: Rules): string | undefined {
  const { outbox, sweepAt } = tombstone;
  const { sweepAfterSeconds: after } = rules;
  const soon = plus(now, 1.5 * after).toISOString();
  const isUrgent = outbox.length > 0 || isToBeHidden(tombstone);
  // An earlier time stays even if it is past. Otherwise a worker that writes often would postpone it for ever.
  const urgent = isUrgent ? keepBetween('', soon, { sweepAt, wanted: plus(now, after) }) : undefined;
  const next = nextWorkAt(tombstone);
  if (!next) return urgent;
  const isOverdue = next <= now.toISOString();
  const base = isOverdue ? now : new Date(next);
  const delay = hasMessage(tombstone, now) ? after : 0;
  // Of overdue work, the sweeper has sent a message already, and leaves it alone for a while.
  const most = isOverdue ? nextSweepAt(now, rules) : plus(base, delay + after / 2).toISOString();
  const usual = keepBetween(plus(base, delay / 3).toISOString(), most, { sweepAt, wanted: plus(base, delay) });
  // Work that is due soon anyway comes with the same sweep.
  return urgent === undefined || usual <= soon ? usual : urgent;
}

/** A longer undo window than a message can wait for has none, and the sweeper comes at its end. */
function hasMessage({ state, dueAt }: Tombstone, now: Date): boolean {
  return state !== 'pending' || !dueAt || secondsUntil(dueAt, now) <= LONGEST_MESSAGE_SECONDS;
}

/** The time that is there, if it is about right; else the wanted one. */
function keepBetween(least: string, most: string, { sweepAt, wanted }: { sweepAt?: string | undefined; wanted: Date }) {
  return sweepAt && sweepAt >= least && sweepAt <= most ? sweepAt : wanted.toISOString();
}

/**
 * When the sweeper may send the next message for this deletion. The wait keeps a backlog from growing with every sweep.
 */
export function nextSweepAt(now: Date, { sweepAfterSeconds }: Rules): string {
  const SWEEPS_APART = 7.5; // 15 min for the usual 120 s
  return plus(now, sweepAfterSeconds * SWEEPS_APART).toISOString();
}

/** When DynamoDB may delete the tombstone of a deletion that is over, in seconds since 1970. */
export function expiryOf(now: Date, { retentionDays }: Rules): number {
  const SECONDS_A_DAY = 86_400;
  return Math.floor(now.getTime() / 1000) + retentionDays * SECONDS_A_DAY;
}
