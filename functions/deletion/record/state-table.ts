import { NotAllowedNow } from '../errors.ts';
import { type Held, type State, type StateBeforeHold, stateBehindHold, type Tombstone } from './tombstone.ts';

export const COMMANDS = [
  'request',
  'join',
  'expedite',
  'withdraw',
  'undo',
  'ownerChanged',
  'postpone',
  'begin',
  'settle',
  'lock',
  'finish',
  'giveUp',
  'hurry',
  'replay',
  'reapply',
  'hold',
  'release',
] as const;
export type Command = (typeof COMMANDS)[number];

/** The whole lifecycle: state × command → next state. A pair that is not in the table is not allowed. */
export const STATE_TABLE: Record<StateBeforeHold, Partial<Record<Command, State>>> = {
  none: { request: 'pending', hold: 'held' },
  pending: {
    join: 'pending',
    expedite: 'pending',
    withdraw: 'pending',
    undo: 'cancelled',
    ownerChanged: 'cancelled',
    postpone: 'pending',
    begin: 'running',
    giveUp: 'failed',
    hold: 'held',
  },
  running: { join: 'running', hurry: 'running', settle: 'settling', lock: 'held', giveUp: 'failed', hold: 'held' },
  settling: { join: 'settling', settle: 'settling', finish: 'deleted', lock: 'held', giveUp: 'failed', hold: 'held' },
  deleted: { reapply: 'running', hold: 'held' },
  failed: { join: 'failed', replay: 'running', hold: 'held' },
  cancelled: { request: 'pending', hold: 'held' },
};

/** Commands that are accepted under a hold. They change only the state that the release returns to. */
const ACCEPTED_UNDER_HOLD: readonly Command[] = [
  'request',
  'join',
  'expedite',
  'withdraw',
  'undo',
  'replay',
  'reapply',
];

/** @throws {NotAllowedNow} naming the state and the command */
export function nextState(
  tombstone: Pick<Tombstone, 'state' | 'held'>,
  command: Command,
): { state: State; from?: StateBeforeHold } {
  const { state } = tombstone;
  const behind = stateBehindHold(tombstone);
  if (state === 'held') {
    if (command === 'release') return { state: behind };
    if (command === 'hold') return { state: 'held', from: behind };
    const then = ACCEPTED_UNDER_HOLD.includes(command) && STATE_TABLE[behind][command];
    if (then && then !== 'held') return { state: 'held', from: then };
  } else {
    const to = STATE_TABLE[state][command];
    if (to) return to === 'held' ? { state: to, from: behind } : { state: to };
  }
  throw new NotAllowedNow(`A deletion that is ${state} does not allow ${command}`);
}

/** `held` after a command: the same hold with the new state to return to, or nothing once the hold is over. */
export function heldAfter(held: Held | undefined, from: StateBeforeHold | undefined): Held | undefined {
  return held && from && { ...held, from };
}
