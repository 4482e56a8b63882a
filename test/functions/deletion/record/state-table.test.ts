import { describe, expect, it } from 'vitest';
import { NotAllowedNow } from '../../../../functions/deletion/errors.ts';
import { COMMANDS, type Command, nextState } from '../../../../functions/deletion/record/state-table.ts';
import {
  type Held,
  STATES,
  type State,
  type StateBeforeHold,
} from '../../../../functions/deletion/record/tombstone.ts';
import { aLegalHold } from '../../../support/a-tombstone.ts';

/** Every allowed move. All other pairs must be refused. */
const ALLOWED: [from: StateBeforeHold, command: Command, to: State][] = [
  ['none', 'request', 'pending'],
  ['none', 'hold', 'held'],
  ['pending', 'join', 'pending'],
  ['pending', 'expedite', 'pending'],
  ['pending', 'withdraw', 'pending'],
  ['pending', 'undo', 'cancelled'],
  ['pending', 'ownerChanged', 'cancelled'],
  ['pending', 'postpone', 'pending'],
  ['pending', 'begin', 'running'],
  ['pending', 'giveUp', 'failed'],
  ['pending', 'hold', 'held'],
  ['running', 'join', 'running'],
  ['running', 'hurry', 'running'],
  ['running', 'settle', 'settling'],
  ['running', 'lock', 'held'],
  ['running', 'giveUp', 'failed'],
  ['running', 'hold', 'held'],
  ['settling', 'join', 'settling'],
  ['settling', 'settle', 'settling'],
  ['settling', 'finish', 'deleted'],
  ['settling', 'lock', 'held'],
  ['settling', 'giveUp', 'failed'],
  ['settling', 'hold', 'held'],
  ['deleted', 'reapply', 'running'],
  ['deleted', 'hold', 'held'],
  ['failed', 'join', 'failed'],
  ['failed', 'replay', 'running'],
  ['failed', 'hold', 'held'],
  ['cancelled', 'request', 'pending'],
  ['cancelled', 'hold', 'held'],
];

const BEFORE_HOLD = STATES.filter((state): state is StateBeforeHold => state !== 'held');
const heldFrom = (from: StateBeforeHold): { state: 'held'; held: Held } => ({ state: 'held', held: aLegalHold(from) });
const toOf = (from: StateBeforeHold, command: Command) =>
  ALLOWED.find(([state, name]) => state === from && name === command)?.[2];

describe('the state table', () => {
  const pairs = BEFORE_HOLD.flatMap((from) => COMMANDS.map((command) => [from, command] as const));

  it.each(pairs)('%s × %s', (from, command) => {
    const to = toOf(from, command);
    if (!to) expect(() => nextState({ state: from }, command)).toThrow(NotAllowedNow);
    else expect(nextState({ state: from }, command)).toEqual(to === 'held' ? { state: to, from } : { state: to });
  });

  /**
   * The commands that are allowed under a hold. Work never begins or ends under it, and a store's lock cannot start
   * under it.
   */
  const UNDER_HOLD: Command[] = ['request', 'join', 'expedite', 'withdraw', 'undo', 'replay', 'reapply'];

  it.each(pairs)('held from %s × %s', (from, command) => {
    const next = () => nextState(heldFrom(from), command);
    const to = UNDER_HOLD.includes(command) ? toOf(from, command) : undefined;
    if (command === 'release') expect(next()).toEqual({ state: from });
    else if (command === 'hold') expect(next()).toEqual({ state: 'held', from });
    else if (to) expect(next()).toEqual({ state: 'held', from: to });
    else expect(next).toThrow(/held does not allow/);
  });
});
