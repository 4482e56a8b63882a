import { describe, expect, it } from 'vitest';
import {
  awaitsGate,
  awaitsOpening,
  copiesEndAt,
  gateEndsAt,
  isClosed,
  wantsClosed,
} from '../../../../functions/deletion/record/gate.ts';
import {
  type EdgeInvalidation,
  STATES,
  type StateBeforeHold,
  type Tombstone,
} from '../../../../functions/deletion/record/tombstone.ts';
import { plus } from '../../../../functions/deletion/rules.ts';
import { aLegalHold, aTombstone } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const AT = '2026-11-22T10:00:00.000Z';
const later = (seconds: number) => plus(new Date(AT), seconds);
const { rules: none } = openMemoryWorld().ports;
const rules = { ...none, gate: { ttlSeconds: 2000, invalidates: false } };
/** The gate opens this many seconds after it closed: the longest-lived copy has expired, and the margin is over. */
const OPENS = 2600;

const edge = (more: Partial<EdgeInvalidation> = {}) => ({ request: 0, paths: 0, requestedAt: AT, ...more });
const closed = edge({ gatedAt: AT });
const opened = edge({ gatedAt: AT, openedAt: later(60).toISOString() });

describe('a gate', () => {
  it('is closed from when it was closed until it was opened', () => {
    expect([undefined, edge(), closed, opened].map((of) => isClosed({ edge: of }))).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  it('is wanted closed while a deletion is under way or has failed, and under a hold as before it', () => {
    const wanting = (overrides: Partial<Tombstone>) => wantsClosed(aTombstone(overrides), rules, new Date(AT));
    const wanted = ['pending', 'running', 'settling', 'failed'];
    for (const state of STATES.filter(
      (one): one is Exclude<StateBeforeHold, 'deleted'> => one !== 'deleted' && one !== 'held',
    )) {
      expect(wanting({ state })).toBe(wanted.includes(state));
      expect(wanting({ state: 'held', held: aLegalHold(state) })).toBe(wanted.includes(state));
    }
    expect(wanting({ state: 'held', held: aLegalHold('deleted') })).toBe(false);
  });

  it('is wanted closed after the end until the last copy has ended, and a margin more', () => {
    const wanting = (of: Tombstone['edge'], seconds: number) =>
      wantsClosed(aTombstone({ state: 'deleted', edge: of }), rules, later(seconds));
    expect([wanting(undefined, 0), wanting(edge(), 0)]).toEqual([false, false]);
    expect([wanting(closed, OPENS - 1), wanting(closed, OPENS)]).toEqual([true, false]);
  });
});

describe('an undone deletion', () => {
  const undone = (of: Tombstone['edge'], state: Tombstone['state'] = 'cancelled') =>
    aTombstone({
      state,
      ...(of && { edge: of }),
      history: [{ at: AT, from: 'pending', to: 'cancelled', by: 'x', hash: '' }],
    });

  it('has its gate opened once more when all that was under way must be over', () => {
    const openedAt = (seconds: number) => edge({ openedAt: later(seconds).toISOString() });
    expect(awaitsOpening(undone(undefined), rules)).toBe(true);
    expect([59, 60].map((seconds) => awaitsOpening(undone(openedAt(seconds)), rules))).toEqual([true, false]);
  });

  it('has none to open where there is no gate, nor has any other', () => {
    expect(awaitsOpening(undone(undefined), none)).toBe(false);
    expect(awaitsOpening(undone(undefined, 'pending'), rules)).toBe(false);
  });
});

describe('the copies behind a gate', () => {
  it('end when the longest-lived has, unless they are invalidated', () => {
    expect(copiesEndAt({ edge: closed }, rules)).toEqual(later(2000));
    expect(copiesEndAt({ edge: closed }, { ...rules, gate: { ...rules.gate, invalidates: true } })).toBeUndefined();
    expect([copiesEndAt({ edge: closed }, none), copiesEndAt({ edge: edge() }, rules)]).toEqual([undefined, undefined]);
    expect(copiesEndAt({}, rules)).toBeUndefined();
  });
});

describe('a deletion that may begin', () => {
  const waits = (overrides: Partial<Tombstone>, seconds: number, by = rules) =>
    awaitsGate(aTombstone({ dueAt: AT, ...overrides }), by, later(seconds));

  it('waits for its gate, but not for longer than a minute', () => {
    expect([waits({}, 0), waits({}, 59.999), waits({}, 60)]).toEqual([true, true, false]);
    expect(waits({ edge: opened }, 0)).toBe(true);
  });

  it('waits for nothing once it is closed, has begun, is not due, or where there is none', () => {
    expect([waits({ edge: closed }, 0), waits({ state: 'running' }, 0), waits({ dueAt: undefined }, 0)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(awaitsGate(aTombstone({ dueAt: AT }), none, new Date(AT))).toBe(false);
  });
});

describe('a deletion that is done', () => {
  const due = (of: Tombstone['edge'], seconds: number) =>
    gateEndsAt(aTombstone({ state: 'deleted', edge: of }), rules, later(seconds));

  it('is due again when its gate may open, at the earliest after the margin', () => {
    expect(due(closed, 100)).toBe(later(OPENS).toISOString());
    expect(due(closed, 5000)).toBe(later(5600).toISOString());
  });

  it('is through when no gate is closed', () => {
    for (const of of [undefined, edge(), opened]) expect(due(of, 0)).toBeUndefined();
  });
});
