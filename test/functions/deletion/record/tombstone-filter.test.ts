import { describe, expect, it } from 'vitest';
import {
  asksForStanding,
  matches,
  placeOf,
  type TombstoneFilter,
} from '../../../../functions/deletion/record/tombstone-filter.ts';
import { aTombstone } from '../../../support/a-tombstone.ts';

const REQUESTED = '2026-11-22T10:00:00.000Z';
const END = '2026-11-22T10:00:10.000Z';
const momentAfter = (time: string, milliseconds: number) => new Date(Date.parse(time) + milliseconds);
const timeAfter = (time: string, milliseconds: number) => momentAfter(time, milliseconds).toISOString();

describe('a filter asks only for deletions that are not over', () => {
  it.each<[string, TombstoneFilter, boolean]>([
    ['where it names a phase', { phase: 'open' }, true],
    ['where it names a service level', { openBefore: END }, true],
    [
      'where each of its states is one of these',
      { states: ['pending', 'running', 'settling', 'failed', 'held'] },
      true,
    ],
    ['not where one of its states is another', { states: ['pending', 'deleted'] }, false],
    ['not where all are', { states: ['none', 'cancelled', 'deleted'] }, false],
    ['not where it names no state at all', { ownerId: 'owner', since: REQUESTED }, false],
  ])('%s', (_, filter, asks) => {
    expect(asksForStanding(filter)).toBe(asks);
  });
});

describe('the place of a deletion in a list', () => {
  it('is the time of its request', () => {
    expect(placeOf(aTombstone(), {})).toBe(REQUESTED);
    expect(placeOf(aTombstone(), { states: ['pending', 'deleted'] })).toBe(REQUESTED);
  });

  it('is since when it is open, where only what is not over is asked for', () => {
    expect(placeOf(aTombstone(), { phase: 'waiting' })).toBe(END);
    expect(placeOf(aTombstone({ state: 'running' }), { openBefore: REQUESTED })).toBe(END);
    expect(placeOf(aTombstone({ state: 'settling' }), { states: ['settling'] })).toBe(END);
  });

  it('is the time of its request among those of one owner', () => {
    expect(placeOf(aTombstone(), { ownerId: 'owner', phase: 'open' })).toBe(REQUESTED);
  });

  it('is the time of its request where a person has to act, because it is not open then', () => {
    expect(placeOf(aTombstone({ state: 'failed' }), { states: ['failed'] })).toBe(REQUESTED);
    expect(placeOf(aTombstone({ state: 'held' }), { states: ['held'] })).toBe(REQUESTED);
  });
});

describe('a filter by phase', () => {
  const BEFORE = momentAfter(END, -1);
  const phasesOf = (state: 'pending' | 'running' | 'settling' | 'failed' | 'held' | 'deleted', at: Date) =>
    (['waiting', 'open'] as const).filter((phase) => matches(aTombstone({ state }), { phase }, at));

  it('finds a deletion that waits until its work may begin, and an open one from then on', () => {
    expect(phasesOf('pending', BEFORE)).toEqual(['waiting']);
    expect(phasesOf('pending', new Date(END))).toEqual(['open']);
  });

  it('finds one at work open, also if another clock is behind', () => {
    expect(phasesOf('running', new Date(END))).toEqual(['open']);
    expect(phasesOf('settling', BEFORE)).toEqual(['open']);
  });

  it.each(['failed', 'held', 'deleted'] as const)('finds one that is %s in neither', (state) => {
    expect(phasesOf(state, BEFORE)).toEqual([]);
    expect(phasesOf(state, new Date(END))).toEqual([]);
  });

  it('is none where no phase is asked for', () => {
    expect(matches(aTombstone({ state: 'deleted' }), {}, BEFORE)).toBe(true);
  });
});

describe('a filter by age', () => {
  const NOW = momentAfter(END, 1000);

  it('finds what has been open at least since then', () => {
    const running = aTombstone({ state: 'running' });
    expect(matches(running, { openBefore: END }, NOW)).toBe(true);
    expect(matches(running, { openBefore: timeAfter(END, 1) }, NOW)).toBe(true);
    expect(matches(running, { openBefore: timeAfter(END, -1) }, NOW)).toBe(false);
  });

  it('finds nothing that is not open, however old', () => {
    expect(matches(aTombstone({ state: 'failed' }), { openBefore: timeAfter(END, 1) }, NOW)).toBe(false);
    expect(matches(aTombstone({ state: 'deleted' }), { openBefore: timeAfter(END, 1) }, NOW)).toBe(false);
  });

  it('by the request finds its first moment, and not its last', () => {
    const found = ({ since = 0, until }: { since?: number; until?: number }) =>
      matches(
        aTombstone(),
        { since: timeAfter(REQUESTED, since), ...(until !== undefined && { until: timeAfter(REQUESTED, until) }) },
        NOW,
      );
    expect([found({ since: -1 }), found({}), found({ since: 1 })]).toEqual([true, true, false]);
    expect([found({ until: 1 }), found({ until: 0 })]).toEqual([true, false]);
  });

  it('finds those of one owner, in the states that are asked for', () => {
    const one = aTombstone({ ownerId: 'owner' });
    const found = (filter: TombstoneFilter) => matches(one, filter, NOW);
    expect([found({ ownerId: 'owner' }), found({ ownerId: 'other' })]).toEqual([true, false]);
    expect([found({ states: ['held', 'pending'] }), found({ states: ['held'] })]).toEqual([true, false]);
  });
});
