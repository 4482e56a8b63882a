import { plus, type Rules } from '../rules.ts';
import { gateEndsAt } from './gate.ts';
import { append, type Detail, foldedOf, GENESIS } from './history.ts';
import { expiryOf, sweepAtOf, workBeginsAt } from './schedule.ts';
import { type Command, heldAfter, nextState } from './state-table.ts';
import { legalHoldOf, type Tombstone } from './tombstone.ts';

/** The time of a change, and the rules that apply. */
export type Now = { at: Date; rules: Rules };

/** The next revision, with `changes`. The sweeper's time is derived from the rest. */
export function revise(tombstone: Tombstone, changes: Partial<Tombstone>, { at, rules }: Now): Tombstone {
  const next = { ...tombstone, ...changes, revision: tombstone.revision + 1 };
  return { ...next, sweepAt: sweepAtOf(next, at, rules) };
}

/**
 * The next revision after a command: the next state, the due time and expiry of that state, and a new history entry.
 * @throws {NotAllowedNow}
 */
export function transition(
  tombstone: Tombstone,
  command: Command,
  { by, detail }: { by: string; detail?: Detail },
  changes: Partial<Tombstone>,
  now: Now,
): Tombstone {
  const { state, from } = nextState(tombstone, command);
  const entry = { at: now.at.toISOString(), from: tombstone.state, to: state, by, ...(detail && { detail }) };
  const held = heldAfter(changes.held ?? tombstone.held, from);
  const moved = { ...changes, state, held, ...entered(tombstone, entry) };
  return revise(tombstone, { ...moved, ...arrival({ ...tombstone, ...moved }, command, now) }, now);
}

/** A change that makes the next work due in this many seconds. */
export function dueIn(seconds: number, { at }: Now): { dueAt: string } {
  return { dueAt: plus(at, seconds).toISOString() };
}

/** What follows from entering a state: when the next work is due, and when the tombstone expires. */
function arrival(next: Tombstone, command: Command, now: Now): Pick<Tombstone, 'dueAt' | 'expiresAt'> {
  const open = (dueAt: { dueAt?: string | undefined }) => ({ ...dueAt, expiresAt: undefined });
  const over = (dueAt: { dueAt?: string | undefined }) => ({ ...dueAt, expiresAt: expiryOf(now.at, now.rules) });
  switch (next.state) {
    case 'none':
      return over({ dueAt: undefined });
    case 'cancelled':
      return over(dueIn(0, now));
    case 'deleted':
      return over({ dueAt: gateEndsAt(next, now.rules, now.at) });
    case 'failed':
      return open({ dueAt: undefined });
    case 'held':
      return open({ dueAt: legalHoldOf(next) ? undefined : next.dueAt });
    case 'pending':
      if (command === 'postpone') return open(next.dueAt ? { dueAt: next.dueAt } : {});
      // Who has ended the window does not want to undo.
      return open({ dueAt: command === 'expedite' ? next.undoableUntil : workBeginsAt(next, now.rules) });
    case 'running':
    case 'settling': {
      // Under a lease the due time stays. A legal hold has none.
      if (next.lease || command === 'join') return open(next.dueAt ? { dueAt: next.dueAt } : dueIn(0, now));
      // After a release, settling starts again, because it is unknown how much of the delay had passed.
      return open(dueIn(next.state === 'settling' ? now.rules.settleSeconds : 0, now));
    }
  }
}

/** The history with one more entry. A full history folds its older half into one hash. */
function entered({ history, folded }: Tombstone, entry: Parameters<typeof append>[1]) {
  const before = folded?.count ?? 0;
  const count = Math.max(0, foldedOf(before + history.length + 1) - before);
  const kept = count > 0 ? { count: before + count, hash: history[count - 1]?.hash ?? GENESIS } : folded;
  return { history: append(history.slice(count), entry, kept?.hash ?? GENESIS), folded: kept };
}
