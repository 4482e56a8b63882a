import { describe, expect, it } from 'vitest';
import { NotAllowedNow } from '../../../../functions/deletion/errors.ts';
import { move } from '../../../../functions/deletion/record/lifecycle.ts';
import { type Command, STATES, type State } from '../../../../functions/deletion/record/tombstone.ts';

const COMMANDS: Command[] = [
  'request',
  'undo',
  'begin',
  'settle',
  'finish',
  'giveUp',
  'replay',
  'hold',
  'release',
  'reapply',
];

/** Every move that is allowed; all other pairs must be refused. */
const ALLOWED: [from: State, command: Command, to: State][] = [
  ['none', 'request', 'pending'],
  ['none', 'hold', 'held'],
  ['pending', 'undo', 'cancelled'],
  ['pending', 'begin', 'running'],
  ['pending', 'hold', 'held'],
  ['running', 'settle', 'settling'],
  ['running', 'giveUp', 'failed'],
  ['running', 'hold', 'held'],
  ['settling', 'settle', 'settling'],
  ['settling', 'finish', 'deleted'],
  ['settling', 'giveUp', 'failed'],
  ['settling', 'hold', 'held'],
  ['deleted', 'reapply', 'running'],
  ['failed', 'replay', 'running'],
  ['failed', 'hold', 'held'],
  ['cancelled', 'request', 'pending'],
  ['cancelled', 'hold', 'held'],
];

describe('move', () => {
  const free = STATES.filter((state) => state !== 'held');
  const pairs = free.flatMap((from) => COMMANDS.map((command): [State, Command] => [from, command]));

  it.each(pairs)('%s × %s', (from, command) => {
    const allowed = ALLOWED.find(([state, name]) => state === from && name === command);
    if (allowed) expect(move({ state: from }, command).state).toBe(allowed[2]);
    else expect(() => move({ state: from }, command)).toThrow(NotAllowedNow);
  });

  it('remembers where a held deletion came from', () => {
    for (const state of ['none', 'pending', 'running', 'settling', 'failed', 'cancelled'] as const) {
      expect(move({ state }, 'hold')).toEqual({ state: 'held', heldFrom: state });
      expect(move({ state: 'held', heldFrom: state }, 'release')).toEqual({ state });
    }
  });

  it('keeps a held deletion held, whatever is asked meanwhile', () => {
    expect(move({ state: 'held', heldFrom: 'none' }, 'request')).toEqual({ state: 'held', heldFrom: 'pending' });
    expect(move({ state: 'held', heldFrom: 'cancelled' }, 'request')).toEqual({ state: 'held', heldFrom: 'pending' });
    expect(move({ state: 'held', heldFrom: 'pending' }, 'undo')).toEqual({ state: 'held', heldFrom: 'cancelled' });
    expect(move({ state: 'held', heldFrom: 'failed' }, 'replay')).toEqual({ state: 'held', heldFrom: 'running' });
    expect(move({ state: 'held', heldFrom: 'running' }, 'hold')).toEqual({ state: 'held', heldFrom: 'running' });
  });

  it('lets no work begin or end under a hold', () => {
    const states = ['none', 'pending', 'running', 'settling', 'failed', 'cancelled'] as const;
    for (const heldFrom of states) {
      for (const command of ['begin', 'settle', 'finish', 'giveUp', 'replay', 'reapply'] as const) {
        if (heldFrom === 'failed' && command === 'replay') continue;
        expect(() => move({ state: 'held', heldFrom }, command)).toThrow(/held does not allow/);
      }
    }
  });
});
