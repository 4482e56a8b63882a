import { describe, expect, it } from 'vitest';
import { append, type HistoryEntry } from '../../../../functions/deletion/record/history.ts';
import {
  earlierRequests,
  isFree,
  isOfOrphan,
  isUndoable,
  isUndoableBy,
  openSince,
  type Reason,
  stateBehindHold,
} from '../../../../functions/deletion/record/tombstone.ts';
import { aLegalHold, aTombstone } from '../../../support/a-tombstone.ts';

const timeOf = (minute: number) => `2026-11-22T10:${`${minute}`.padStart(2, '0')}:00.000Z`;
const historyOf = (...states: string[]) =>
  states.reduce<HistoryEntry[]>((history, to, minute) => {
    const from = states[minute - 1] ?? 'none';
    return append(history, { at: timeOf(minute), from, to, by: 'worker' });
  }, []);

describe('openSince', () => {
  const END = '2026-11-22T09:00:00.000Z';
  it.each([
    ['the end of the undo window', ['pending', 'running', 'settling'], END],
    ['the end of the undo window, while it waits for work', ['pending'], END],
    ['a later release', ['pending', 'held', 'pending', 'running'], timeOf(2)],
    ['the last replay', ['pending', 'running', 'failed', 'running', 'settling'], timeOf(3)],
    ['the last release', ['pending', 'running', 'held', 'running'], timeOf(3)],
    ['the last re-deletion', ['pending', 'running', 'settling', 'deleted', 'running'], timeOf(4)],
    ['the end, while it is not open, is the last time that it was', ['pending', 'running', 'failed'], END],
    ['of a new request, its own', ['pending', 'cancelled', 'pending'], END],
    ['of a new request, its own, whatever was deleted before', ['pending', 'failed', 'running', 'pending'], END],
    ['the last release, while it settles', ['pending', 'running', 'settling', 'held', 'settling'], timeOf(4)],
    ['the end, although somebody else has asked later', ['pending', 'pending'], END],
    ['the end, although what had failed was held for a time', ['pending', 'running', 'failed', 'held', 'failed'], END],
  ])('%s', (_, states, since) => {
    expect(openSince({ history: historyOf(...states), undoableUntil: END })).toBe(since);
  });
});

describe('a hold', () => {
  it('that says nothing about before counts as one of a video that nobody has asked to delete', () => {
    expect(stateBehindHold({ state: 'held', held: undefined })).toBe('none');
    expect(stateBehindHold({ state: 'held', held: aLegalHold('settling') })).toBe('settling');
    expect(stateBehindHold({ state: 'failed', held: undefined })).toBe('failed');
  });

  it('keeps the undo window open', () => {
    const held = aTombstone({ state: 'held' });
    expect(isUndoable(held, new Date(Date.parse(held.undoableUntil) - 1))).toBe(true);
    expect(isUndoable(held, new Date(held.undoableUntil))).toBe(false);
  });

  it('of a store lets a worker look when it is due, a legal hold never', () => {
    const locked = { because: 'objectLock', from: 'running' } as const;
    const due = { dueAt: timeOf(5), lease: undefined };
    expect(isFree({ state: 'held', held: locked, ...due }, new Date(timeOf(5)))).toBe(true);
    expect(isFree({ state: 'held', held: locked, ...due }, new Date(timeOf(4)))).toBe(false);
    expect(isFree({ state: 'held', held: aLegalHold('running'), ...due }, new Date(timeOf(5)))).toBe(false);
    expect(isFree({ state: 'deleted', held: undefined, ...due }, new Date(timeOf(5)))).toBe(false);
  });
});

describe('the undo of a deletion', () => {
  const [OWNER, ADMIN] = [{ isAdmin: false }, { isAdmin: true }];
  const askedBy = (...reasons: Reason[]) => {
    const each = aTombstone();
    return { ...each, requests: reasons.map((reason) => ({ by: reason, reason, at: '', until: each.undoableUntil })) };
  };
  const within = new Date('2026-11-22T10:00:09.999Z');

  it('is up to its owner, unless an admin has asked as well', () => {
    expect(isUndoableBy(askedBy('owner', 'account'), OWNER, within)).toBe(true);
    expect(isUndoableBy(askedBy('owner', 'admin'), OWNER, within)).toBe(false);
    expect(isUndoableBy(askedBy('admin'), OWNER, within)).toBe(false);
  });

  it('is up to an admin in any case', () => {
    expect(isUndoableBy(askedBy('owner'), ADMIN, within)).toBe(true);
    expect(isUndoableBy(askedBy('admin', 'owner'), ADMIN, within)).toBe(true);
  });

  it('is up to nobody after the window', () => {
    const after = new Date(askedBy('owner').undoableUntil);
    expect(isUndoableBy(askedBy('owner'), OWNER, after)).toBe(false);
    expect(isUndoableBy(askedBy('owner'), ADMIN, after)).toBe(false);
  });

  it('is over once work has begun, although a clock says that the window is open', () => {
    expect(isUndoable(aTombstone({ state: 'running' }), within)).toBe(false);
    expect(isUndoable(aTombstone({ state: 'held', held: aLegalHold('failed') }), within)).toBe(false);
  });
});

describe('earlierRequests', () => {
  const asked = (...entries: [minute: number, code?: string][]) =>
    entries.reduce<HistoryEntry[]>((history, [minute, code]) => {
      const entry = { at: timeOf(minute), from: 'none', to: 'pending', by: 'owner' };
      return append(history, { ...entry, ...(code !== undefined && { detail: { code } }) });
    }, []);
  const earlier = (history: HistoryEntry[]) => earlierRequests({ history, requestedAt: timeOf(9) });

  it('are those for any reason, in their order, each once', () => {
    const history = asked([1, 'owner'], [2, 'admin'], [2, 'account'], [3, 'orphan'], [9, 'owner']);
    expect(earlier(history)).toEqual([1, 2, 3].map((minute) => new Date(timeOf(minute))));
  });

  it('are neither the present one nor an entry of another kind', () => {
    expect(earlier(asked([9, 'owner']))).toEqual([]);
    expect(earlier(asked([1], [2, 'AccessDenied'], [3, 'litigation']))).toEqual([]);
    expect(earlier([])).toEqual([]);
  });
});

describe('an orphan', () => {
  const asked = (...reasons: Reason[]) => ({
    requests: reasons.map((reason) => ({ by: '', reason, at: '', until: '' })),
  });

  it('is what only an operator has asked to delete', () => {
    expect(isOfOrphan(asked('orphan', 'orphan'))).toBe(true);
    expect(isOfOrphan(asked('orphan', 'owner'))).toBe(false);
    expect(isOfOrphan(asked())).toBe(false);
  });
});
