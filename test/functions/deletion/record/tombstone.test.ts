import { describe, expect, it } from 'vitest';
import { append, type HistoryEntry } from '../../../../functions/deletion/record/history.ts';
import { isFree, isUndoable, openSince, stateBehindHold } from '../../../../functions/deletion/record/tombstone.ts';
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
