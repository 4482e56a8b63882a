import { plus, type Rules } from '../rules.ts';
import { isToBeHidden, type Reason, type Request, type Tombstone } from './tombstone.ts';

/** SQS delays a message by 900 s at most. For a longer wait no message is sent, and the sweeper comes when it is over. */
export const LONGEST_MESSAGE_SECONDS = 900;

/** The undo window that the reason of a request gives. */
export function undoSecondsOf(reason: Reason, { undoSeconds, adminUndoSeconds = undoSeconds }: Rules): number {
  return reason === 'owner' ? undoSeconds : adminUndoSeconds;
}

/** The end of the undo window: each request has its own, and the first to end counts. */
export function undoableUntilOf(requests: readonly Request[]): string {
  return requests.map(({ until }) => until).sort()[0] as string;
}

/** When the next piece of work may begin: when it is due and no worker has the lease. Undefined when there is none. */
export function nextWorkAt({ dueAt, lease }: Pick<Tombstone, 'dueAt' | 'lease'>): string | undefined {
  return dueAt && lease && lease.until > dueAt ? lease.until : dueAt;
}

/**
 * When the sweeper has to send a message, if nobody else does: soon, while the video is visible or an event was not sent; else
 * a while after the next work may begin. No other function decides it, so nothing can leave the sweeper's view.
 * A time that is about right stays: to move it is to move the item in its index, which costs as much as two writes.
 */
export function sweepAtOf(tombstone: Tombstone, now: Date, { sweepAfterSeconds: after }: Rules): string | undefined {
  const { outbox, sweepAt } = tombstone;
  const keepIfBetween = (least: string, wanted: string) => {
    const most = plus(new Date(wanted), after / 2).toISOString();
    return sweepAt && sweepAt >= least && sweepAt <= most ? sweepAt : wanted;
  };
  const times: string[] = [];
  // An earlier time stays even if it is past, or a worker that writes often would postpone it for ever.
  if (outbox.length > 0 || isToBeHidden(tombstone)) times.push(keepIfBetween('', plus(now, after).toISOString()));
  const next = nextWorkAt(tombstone);
  if (next) {
    const delay = hasMessage(tombstone, now) ? after : 0;
    times.push(keepIfBetween(plus(new Date(next), delay / 3).toISOString(), plus(new Date(next), delay).toISOString()));
  }
  return times.sort()[0];
}

/** After the sweeper has sent a message, it leaves the deletion alone for so long: a backlog is never multiplied. */
export function nextSweepAt(now: Date, { sweepAfterSeconds }: Rules): string {
  const SWEEPS_APART = 7.5; // 15 min for the usual 120 s
  return plus(now, sweepAfterSeconds * SWEEPS_APART).toISOString();
}

/** When DynamoDB may delete a tombstone whose deletion is over, in seconds since 1970. */
export function expiryOf(now: Date, { retentionDays }: Rules): number {
  const SECONDS_A_DAY = 86_400;
  return Math.floor(now.getTime() / 1000) + retentionDays * SECONDS_A_DAY;
}

function hasMessage({ state, dueAt }: Tombstone, now: Date): boolean {
  return state !== 'pending' || !dueAt || Date.parse(dueAt) - now.getTime() <= LONGEST_MESSAGE_SECONDS * 1000;
}
