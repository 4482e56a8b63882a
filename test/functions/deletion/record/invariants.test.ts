import { describe, expect, it } from 'vitest';
import { append } from '../../../../functions/deletion/record/history.ts';
import {
  type Broken,
  brokenBy,
  INVARIANTS,
  INVARIANTS_OF_CHANGES,
  isRefused,
} from '../../../../functions/deletion/record/invariants.ts';
import { STATES, type Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import type { Rules } from '../../../../functions/deletion/rules.ts';
import { aLegalHold, aTombstone, stepsDone, turnedInto } from '../../../support/a-tombstone.ts';
import { RULES } from '../../../support/rules.ts';

const AT = new Date('2026-11-22T10:00:05.000Z');
const UNTIL = '2026-11-22T10:00:10.000Z';
const later = (seconds: number, from = AT) => new Date(from.getTime() + seconds * 1000);
const iso = (seconds: number, from = AT) => later(seconds, from).toISOString();

const lease = { owner: 'worker', until: iso(60) };
const edge = { request: 1, paths: 0, requestedAt: iso(0) };
const gatedAt = iso(0);
const objectLock = { because: 'objectLock', from: 'running' } as const;
const event = { id: 'an-event', type: 'VideoDeleted', at: iso(0) } as const;
const aRequest = (until: string) => ({ by: 'somebody', reason: 'owner', at: iso(0), until }) as const;
const gate = { ttlSeconds: 86_400, invalidates: false };

type Case = [Partial<Tombstone>, Partial<Rules>?];
const namesOf = (broken: readonly Broken[]) => broken.map(({ name }) => name);
const brokenIn = ([changes, rules]: Case) =>
  namesOf(brokenBy(undefined, aTombstone(changes), { at: AT, rules: { ...RULES, ...rules } }));

/** What breaks each invariant, and what comes near to it. */
const STATEMENTS: Record<string, { breaks: Case[]; keeps: Case[] }> = {
  'held exactly while it says why': {
    breaks: [[{ state: 'running', held: aLegalHold('running') }], [{ state: 'held', held: undefined }]],
    keeps: [[{ state: 'held' }]],
  },
  'the last entry of the history leads to the state': {
    breaks: [[{ history: [] }], [{ state: 'running', history: aTombstone().history }]],
    keeps: [[{ state: 'none' }]],
  },
  'there are one to ten requests': {
    breaks: [[{ requests: [] }], [{ requests: Array(11).fill(aRequest(UNTIL)) }]],
    keeps: [[{ requests: Array(10).fill(aRequest(UNTIL)) }]],
  },
  'what is open is due': {
    breaks: [[{ dueAt: undefined }], [{ state: 'settling', dueAt: undefined }]],
    keeps: [[{ state: 'failed' }]],
  },
  'pending is not due before its undo window is over': {
    breaks: [[{ undoableUntil: iso(60), dueAt: UNTIL }]],
    keeps: [[{ undoableUntil: UNTIL, dueAt: iso(60) }], [{ state: 'running', undoableUntil: iso(60), dueAt: UNTIL }]],
  },
  'no request has a shorter undo window': {
    breaks: [[{ requests: [aRequest(UNTIL), aRequest(iso(1))] }]],
    keeps: [
      [{ requests: [aRequest(UNTIL), aRequest(iso(900))] }],
      [{ state: 'running', requests: [aRequest(iso(1))] }],
    ],
  },
  'the sweeper sees what is due': { breaks: [[{ sweepAt: undefined }]], keeps: [[{ state: 'failed', hidden: true }]] },
  'the sweeper looks for something': {
    breaks: [[{ state: 'failed', hidden: true, sweepAt: iso(60) }]],
    keeps: [
      [{ state: 'failed', hidden: true, outbox: [event], sweepAt: iso(60) }],
      [{ state: 'failed', hidden: false, sweepAt: iso(60) }],
    ],
  },
  'the sweeper sees a visible video': {
    breaks: [[{ state: 'failed', sweepAt: undefined }], [{ state: 'held', sweepAt: undefined }]],
    keeps: [[{ state: 'failed', hidden: true, sweepAt: undefined }]],
  },
  'a visible video is hidden soon': {
    breaks: [[{ state: 'failed', sweepAt: iso(901) }], [{ state: 'running', sweepAt: iso(901) }]],
    keeps: [
      [{ state: 'failed', sweepAt: iso(900) }],
      [{ state: 'running', hidden: true, sweepAt: iso(901) }],
      [{ state: 'running', lease, sweepAt: iso(901) }],
    ],
  },
  'the sweeper sees an event that was not sent': {
    breaks: [[{ state: 'deleted', outbox: [event], sweepAt: undefined }]],
    keeps: [[{ state: 'deleted', sweepAt: undefined }]],
  },
  'the sweeper does not come early': {
    breaks: [
      [{ state: 'running', hidden: true, dueAt: iso(60), sweepAt: iso(59) }],
      [{ state: 'running', hidden: true, dueAt: iso(0), lease, sweepAt: iso(59) }],
    ],
    keeps: [
      [{ state: 'running', hidden: true, dueAt: iso(60), sweepAt: iso(60) }],
      [{ state: 'running', hidden: false, dueAt: iso(60), sweepAt: iso(59) }],
      [{ state: 'running', hidden: true, outbox: [event], dueAt: iso(60), sweepAt: iso(59) }],
      [{ state: 'failed', sweepAt: iso(1) }],
    ],
  },
  'none and failed wait for a person': {
    breaks: [[{ state: 'failed', dueAt: iso(0) }], [{ state: 'none', dueAt: iso(0) }]],
    keeps: [[{ state: 'cancelled', dueAt: iso(0) }]],
  },
  'under a legal hold nothing is due': {
    breaks: [[{ state: 'held', dueAt: iso(0) }]],
    keeps: [[{ state: 'held', held: objectLock, dueAt: iso(0) }]],
  },
  'another hold ends by itself': {
    breaks: [[{ state: 'held', held: objectLock, dueAt: undefined }]],
    keeps: [[{ state: 'held' }]],
  },
  'a lease has an owner and an end': {
    breaks: [
      [{ state: 'running', lease: { owner: '', until: iso(60) } }],
      [{ state: 'running', lease: { owner: 'worker', until: '' } }],
    ],
    keeps: [[{ state: 'running', lease }]],
  },
  'only work that has begun has a lease': {
    breaks: [[{ lease }], [{ state: 'failed', lease }]],
    keeps: [[{ state: 'settling', lease }], [{ state: 'held', held: aLegalHold('running'), lease }]],
  },
  'deleted exactly while it says when': {
    breaks: [[{ state: 'deleted', deletedAt: undefined }], [{ state: 'settling', deletedAt: iso(0) }]],
    keeps: [[{ state: 'deleted' }]],
  },
  'deleted has a receipt': { breaks: [[{ state: 'deleted', receipts: [] }]], keeps: [[{ state: 'deleted' }]] },
  'deleted was hidden, and every step is done': {
    breaks: [
      [{ state: 'deleted', hidden: false }],
      [{ state: 'deleted', steps: { ...stepsDone(), hide: aTombstone().steps.hide } }],
    ],
    keeps: [[{ state: 'settling', hidden: false }]],
  },
  'only what is over expires': {
    breaks: [
      [{ expiresAt: 1 }],
      [{ state: 'deleted', expiresAt: undefined }],
      [{ state: 'none', expiresAt: undefined }],
      [{ state: 'cancelled', expiresAt: undefined }],
    ],
    keeps: [[{ state: 'none' }], [{ state: 'cancelled' }], [{ state: 'deleted' }]],
  },
  'attempts are bounded': { breaks: [[{ attempts: 13 }]], keeps: [[{ attempts: 12 }]] },
  'after the end, a closed gate is due to be opened': {
    breaks: [
      [{ state: 'deleted', edge: { ...edge, gatedAt } }, { gate }],
      [{ state: 'cancelled', edge: { ...edge, gatedAt }, dueAt: undefined }, { gate }],
    ],
    keeps: [
      [{ state: 'deleted', edge: { ...edge, gatedAt } }],
      [{ state: 'failed', edge: { ...edge, gatedAt } }, { gate }],
      [{ state: 'deleted', edge: { ...edge, gatedAt, openedAt: iso(1) } }, { gate }],
      [{ state: 'deleted', edge: { ...edge, gatedAt }, dueAt: iso(0) }, { gate }],
    ],
  },
  'the edge answers only what was requested': {
    breaks: [[{ edge: { ...edge, request: 2 }, edgeRequests: 1 }]],
    keeps: [[{ edge }], [{ edgeRequests: 0 }]],
  },
  'none is neither hidden nor at the edge': {
    breaks: [[{ state: 'none', hidden: true }], [{ state: 'none', edge }]],
    keeps: [[{ state: 'cancelled', hidden: true }], [{ state: 'none' }]],
  },
};

describe('what is true of every tombstone', () => {
  it.each(STATES)('is true of one that is %s', (state) => {
    expect(brokenIn([{ state }])).toEqual([]);
  });

  it('is each stated here', () => {
    expect(Object.keys(STATEMENTS)).toEqual(Object.keys(INVARIANTS));
  });

  it.each(Object.entries(STATEMENTS))('%s', (name, { breaks, keeps }) => {
    for (const each of breaks) expect(brokenIn(each), JSON.stringify(each)).toContain(name);
    for (const each of keeps) expect(brokenIn(each), JSON.stringify(each)).not.toContain(name);
  });
});

type Change = { from: Partial<Tombstone>; to: Partial<Tombstone>; at?: Date };
const change = ({ from, to }: Change): [Tombstone, Tombstone] => {
  const before = aTombstone(from);
  return [before, turnedInto(before, to)];
};
const brokenByChange = ({ at = AT, ...both }: Change) => namesOf(brokenBy(...change(both), { at, rules: RULES }));

const pending = aTombstone();
const byWorker = { ...aTombstone({ state: 'cancelled' }).history.at(-1), by: 'worker' } as Tombstone['history'][0];
const undoneByWorker: Partial<Tombstone> = { state: 'cancelled', history: [...pending.history, byWorker] };
const afterWindow = later(60);
const running = aTombstone({ state: 'running' });
const entry = { at: iso(0), to: 'running', by: 'worker' } as const;

/** What breaks each invariant of a change, and what comes near to it. */
const CHANGES: Record<string, { breaks: Change[]; keeps: Change[] }> = {
  'an accepted deletion is never lost': {
    breaks: [
      { from: { state: 'running' }, to: { state: 'cancelled' } },
      { from: { state: 'failed' }, to: { state: 'none' } },
      { from: {}, to: { state: 'cancelled', history: pending.history } },
    ],
    keeps: [
      { from: {}, to: { state: 'cancelled' } },
      { from: { state: 'settling' }, to: { state: 'deleted' } },
      { from: { state: 'cancelled' }, to: { state: 'none' } },
    ],
  },
  'nothing but a release ends a legal hold': {
    breaks: [
      { from: { state: 'held', held: aLegalHold('running') }, to: { state: 'failed' } },
      { from: { state: 'held', held: aLegalHold('pending') }, to: { state: 'pending', history: [] } },
    ],
    keeps: [
      { from: { state: 'running' }, to: { state: 'failed' } },
      { from: { state: 'held', held: aLegalHold('pending') }, to: { held: aLegalHold('cancelled') } },
    ],
  },
  'work begins after the undo window': {
    breaks: [{ from: {}, to: { state: 'running' } }],
    keeps: [
      { from: {}, to: { state: 'running' }, at: new Date(UNTIL) },
      { from: {}, to: { state: 'cancelled' } },
      { from: { state: 'failed' }, to: { state: 'running' } },
    ],
  },
  'undone only within the window': {
    breaks: [
      { from: {}, to: { state: 'cancelled' }, at: afterWindow },
      { from: {}, to: { state: 'cancelled' }, at: new Date(Date.parse(UNTIL) + 30_000) },
    ],
    keeps: [
      { from: {}, to: { state: 'cancelled' } },
      { from: pending, to: undoneByWorker, at: afterWindow },
    ],
  },
  'a new owner undoes only what the former one alone requested': {
    breaks: [
      { from: { ...pending, requests: [...pending.requests, aRequest(UNTIL)] }, to: undoneByWorker, at: afterWindow },
    ],
    keeps: [
      { from: pending, to: undoneByWorker, at: afterWindow },
      { from: { requests: [...pending.requests, aRequest(UNTIL)] }, to: { state: 'cancelled' } },
    ],
  },
  'every new state has its entry': {
    breaks: [
      { from: pending, to: { state: 'running', history: pending.history } },
      { from: { state: 'held' }, to: { held: aLegalHold('cancelled') } },
    ],
    keeps: [
      { from: {}, to: { hidden: true } },
      { from: {}, to: { state: 'cancelled' } },
    ],
  },
  'a new entry begins at the state before': {
    breaks: [{ from: running, to: { history: append(running.history, { ...entry, from: 'settling' }) } }],
    keeps: [
      { from: running, to: { history: append(running.history, { ...entry, from: 'running' }) } },
      { from: running, to: { history: append(running.history, { ...entry, from: 'none' }) } },
      { from: running, to: { history: running.history.with(-1, { ...entry, from: 'settling', hash: '' }) } },
    ],
  },
  'an end alone adds a receipt': {
    breaks: [
      { from: {}, to: { receipts: ['receipt'] } },
      { from: { state: 'settling' }, to: { state: 'deleted', receipts: [] } },
      { from: { state: 'deleted' }, to: { receipts: ['receipt', 'another'] } },
    ],
    keeps: [
      { from: { state: 'settling' }, to: { state: 'deleted', receipts: ['receipt'] } },
      { from: { state: 'deleted' }, to: {} },
    ],
  },
  'one revision a write': { breaks: [], keeps: [{ from: {}, to: {} }] },
  'an attempt counts, unless there was progress': {
    breaks: [
      { from: { state: 'running' }, to: { lease } },
      { from: { state: 'running', progressed: true }, to: { lease, attempts: 1 } },
    ],
    keeps: [
      { from: { state: 'running' }, to: { lease, attempts: 1 } },
      { from: { state: 'running', progressed: true }, to: { lease } },
      { from: { state: 'running', lease }, to: { lease: { ...lease, until: iso(120) } } },
    ],
  },
  'nobody takes a lease that is not over': {
    breaks: [{ from: { state: 'running', lease }, to: { lease: { owner: 'another', until: iso(90) }, attempts: 1 } }],
    keeps: [
      {
        from: { state: 'running', lease },
        to: { lease: { owner: 'another', until: iso(90) }, attempts: 1 },
        at: new Date(lease.until),
      },
      { from: { state: 'running', lease }, to: { lease: { ...lease, until: iso(90) } } },
      { from: { state: 'running', lease }, to: { lease: undefined } },
    ],
  },
  'only a withdrawal makes the undo window longer': {
    breaks: [{ from: {}, to: { undoableUntil: iso(900) } }],
    keeps: [
      { from: {}, to: { undoableUntil: iso(1) } },
      { from: { state: 'running' }, to: { undoableUntil: iso(900) } },
      {
        from: { requests: [aRequest(UNTIL), aRequest(UNTIL)] },
        to: { undoableUntil: iso(900), requests: [aRequest(iso(900))] },
      },
    ],
  },
};

describe('what is true of every change', () => {
  it('is each stated here', () => {
    expect(Object.keys(CHANGES)).toEqual(Object.keys(INVARIANTS_OF_CHANGES));
  });

  it.each(Object.entries(CHANGES))('%s', (name, { breaks, keeps }) => {
    for (const each of breaks) expect(brokenByChange(each), JSON.stringify(each)).toContain(name);
    for (const each of keeps) expect(brokenByChange(each), JSON.stringify(each)).not.toContain(name);
  });

  it('is one revision a write, not none and not two', () => {
    for (const revision of [1, 3]) {
      const broken = brokenBy(pending, { ...pending, revision }, { at: AT, rules: RULES });
      expect(broken).toEqual([{ name: 'one revision a write', kept: true }]);
    }
  });
});

describe('a broken invariant', () => {
  const now = { at: AT, rules: RULES };
  const wrong = aTombstone({ state: 'running', expiresAt: 1 });
  const right = aTombstone({ state: 'running' });
  const judged = (before: Tombstone | undefined, after: Tombstone) => {
    const broken = brokenBy(before, after, now);
    return { broken, isRefused: isRefused(before, after, broken) };
  };

  it('that the stored tombstone kept is refused, and one that it broke already is not', () => {
    const name = 'only what is over expires';
    const refused = { broken: [{ name, kept: true }], isRefused: true };
    expect(judged(undefined, { ...wrong, revision: 1 })).toEqual(refused);
    expect(judged(right, { ...wrong, revision: 2, history: right.history })).toEqual(refused);
    const stored = { broken: [{ name, kept: false }], isRefused: false };
    expect(judged(wrong, { ...wrong, revision: 2 })).toEqual(stored);
  });

  it('is refused though another one was broken before', () => {
    const { broken, isRefused } = judged(wrong, { ...wrong, revision: 2, attempts: 13 });
    expect(broken.map(({ kept }) => kept).sort()).toEqual([false, true]);
    expect(isRefused).toBe(true);
  });

  it.each<[string, Partial<Tombstone>]>([
    ['a legal hold', { state: 'held', held: aLegalHold('running') }],
    ['giving up', { state: 'failed' }],
  ])('never stops %s', (_, to) => {
    const after = { ...turnedInto(right, to), attempts: 13 };
    expect(judged(right, after)).toEqual({ broken: [{ name: 'attempts are bounded', kept: true }], isRefused: false });
    expect(judged(after, { ...after, revision: after.revision + 1, receipts: ['one'] }).isRefused).toBe(true);
  });

  it('stops another change to these states, and to others', () => {
    const locked = { ...turnedInto(right, { state: 'held', held: objectLock }), attempts: 13 };
    expect(judged(right, locked).isRefused).toBe(true);
    expect(judged(undefined, aTombstone({ state: 'failed', attempts: 13 })).isRefused).toBe(false);
  });
});
