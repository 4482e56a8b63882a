import { describe, expect, it } from 'vitest';
import { NotAllowedNow } from '../../../../functions/deletion/errors.ts';
import * as lifecycle from '../../../../functions/deletion/record/lifecycle.ts';
import { workBeginsAt } from '../../../../functions/deletion/record/schedule.ts';
import { STEP_NAMES, waitingSteps } from '../../../../functions/deletion/record/steps.ts';
import { type Tombstone, UNKNOWN_OWNER } from '../../../../functions/deletion/record/tombstone.ts';
import { aLegalHold, aTombstone, aVideoId, stepsDone } from '../../../support/a-tombstone.ts';
import { RULES } from '../../../support/rules.ts';

const AT = new Date('2026-11-22T12:00:00.000Z');
const END = '2026-11-22T12:00:10.000Z';
const videoId = aVideoId();
const target = { prefix: `videos/${videoId}/`, strayKeys: [], notOurs: { count: 0 }, runs: ['run'] };
const asked = {
  videoId,
  deletionId: 'new',
  ownerId: 'owner',
  by: 'owner',
  reason: 'owner',
  wasPublic: true,
  target,
} as const;
const made = (previous?: Tombstone) => lifecycle.request(asked, { at: AT, rules: RULES }, previous);

describe('a requested deletion', () => {
  it('is due at the end of the undo window, with every step before it', () => {
    const tombstone = made();
    expect(tombstone).toMatchObject({
      state: 'pending',
      revision: 1,
      hidden: false,
      attempts: 0,
      receipts: [],
      target,
    });
    expect(tombstone).toMatchObject({ dueAt: END, undoableUntil: END });
    expect(tombstone.requests).toEqual([{ by: 'owner', reason: 'owner', at: AT.toISOString(), until: END }]);
    expect(Object.values(tombstone.steps)).toEqual(Array(7).fill({ state: 'waiting', attempts: 0, counts: {} }));
    expect(tombstone.history).toMatchObject([{ from: 'none', to: 'pending', by: 'owner', detail: { code: 'owner' } }]);
  });

  it('of a video that is held has nothing due, but the sweeper comes to hide the video', () => {
    const tombstone = made(aTombstone({ state: 'held', held: aLegalHold('none') }));
    expect(tombstone).toMatchObject({ state: 'held', held: aLegalHold('pending'), dueAt: undefined });
    expect(tombstone.sweepAt).toBe('2026-11-22T12:02:00.000Z');
  });

  it('takes over from an undone one its chain and receipts, and nothing of its work', () => {
    const undone = aTombstone({ state: 'cancelled', receipts: ['r'], attempts: 4, hidden: true, late: { objects: 1 } });
    const edge = { request: 1, paths: 0, requestedAt: '' };
    const tombstone = made({ ...undone, interrupted: 2, progressed: true, restores: 1, edgeRequests: 1, edge });
    expect(tombstone).toMatchObject({ state: 'pending', revision: 2, receipts: ['r'], attempts: 0, hidden: false });
    const begun = { late: {}, interrupted: 0, progressed: false, restores: 0, edgeRequests: 0, steps: waitingSteps() };
    expect(tombstone).toMatchObject(begun);
    expect(tombstone).not.toHaveProperty('edge');
    expect(tombstone.history.map(({ to }) => to)).toEqual(['pending', 'cancelled', 'pending']);
  });
});

const moment = (seconds: number, changed: Partial<typeof RULES> = {}) => ({
  at: new Date(AT.getTime() + seconds * 1000),
  rules: { ...RULES, ...changed },
});
const timeAfter = (seconds: number) => moment(seconds).at.toISOString();

describe('when work begins', () => {
  const grace = { graceSeconds: 5 };
  const window = (at: number, until: number) => ({
    by: '',
    reason: 'owner' as const,
    at: timeAfter(at),
    until: timeAfter(until),
  });

  it('is a grace after the window, and at once for one who has none', () => {
    expect(lifecycle.request(asked, moment(0, grace)).dueAt).toBe(timeAfter(15));
    expect(lifecycle.request(asked, moment(0, { ...grace, undoSeconds: 0 })).dueAt).toBe(timeAfter(0));
  });

  it('is when the window is ended: who ends it does not want to undo', () => {
    const pending = lifecycle.request(asked, moment(0, grace));
    const expedited = lifecycle.expedite(pending, { by: 'owner', isAdmin: false }, moment(3, grace));
    expect(expedited).toMatchObject({ undoableUntil: timeAfter(3), dueAt: timeAfter(3) });
  });

  it('depends on the request whose window ends first', () => {
    const begins = (...requests: ReturnType<typeof window>[]) =>
      workBeginsAt({ requests, undoableUntil: timeAfter(10) }, moment(0, grace).rules);
    expect(begins(window(0, 30), window(10, 10))).toBe(timeAfter(10));
    expect(begins(window(0, 10), window(20, 20))).toBe(timeAfter(15));
    expect(begins(window(0, 10), window(0, 30))).toBe(timeAfter(15));
  });
});

describe('a request for what is under way', () => {
  const byAdmin = { by: 'admin', reason: 'admin' } as const;

  it('changes nothing of when the next piece of work is due', () => {
    const waiting = lifecycle.retry(aTombstone({ state: 'running', attempts: 1 }), () => 0.5, moment(0));
    expect(lifecycle.join(waiting, byAdmin, moment(1))).toMatchObject({ state: 'running', dueAt: timeAfter(10) });
    const settling = lifecycle.settle(aTombstone({ state: 'running' }), moment(0));
    expect(lifecycle.join(settling, byAdmin, moment(60))).toMatchObject({ state: 'settling', dueAt: timeAfter(900) });
  });

  it('has nothing to expedite, even once the video is deleted', () => {
    const deleted = aTombstone({ state: 'deleted' });
    expect(lifecycle.expedite(deleted, { by: 'owner', isAdmin: true }, moment(0))).toBe(deleted);
  });

  it('is the only one that an admin takes back where nobody else has asked', () => {
    const taken = lifecycle.request({ ...asked, ...byAdmin }, moment(0));
    const undone = lifecycle.undo(taken, { by: 'another admin', isAdmin: true }, moment(1));
    expect(undone).toMatchObject({ state: 'cancelled', requests: [byAdmin] });
  });
});

describe('an orphan that has a row now', () => {
  const row = { ownerId: 'owner', target: { ...target, strayKeys: ['a.mp4'], runs: ['another'], wasReady: true } };
  const orphan = (changes: Partial<Tombstone> = {}) => {
    const byOperator = { ...asked, ownerId: UNKNOWN_OWNER, by: 'operator', reason: 'orphan' as const };
    return { ...lifecycle.hidden(lifecycle.request(byOperator, moment(0)), moment(1)), ...changes };
  };
  const begun = (steps = stepsDone()) =>
    lifecycle.begin({ ...orphan(), steps, interrupted: 2 }, { worker: 'w' }, moment(10));
  const joined = (tombstone: Tombstone, claim: { row?: typeof row } = { row }) =>
    lifecycle.join(tombstone, { by: 'owner', reason: 'owner', ...claim }, moment(20));

  it('is from then on the deletion of the row: it is hidden, and each step looks again', () => {
    const claimed = joined({ ...orphan({ steps: stepsDone() }), progressed: false });
    expect(claimed).toMatchObject({ ownerId: 'owner', hidden: false, hiddenAt: undefined, progressed: true });
    expect(claimed.target).toMatchObject({ strayKeys: ['a.mp4'], runs: ['run', 'another'], wasReady: true });
    expect(STEP_NAMES.map((name) => claimed.steps[name].state)).toEqual(STEP_NAMES.map(() => 'waiting'));
  });

  it('is due no sooner than before, and no worker has died, if none was at work', () => {
    const before = orphan();
    const claimed = joined(before);
    expect(claimed).toMatchObject({ dueAt: before.dueAt, interrupted: 0 });
    expect(STEP_NAMES.filter((name) => claimed.steps[name].atLeast)).toEqual([]);
  });

  it('takes the lease from the worker that knows nothing of it, as from one that died, and is due at once', () => {
    const claimed = joined(begun(waitingSteps()));
    expect(claimed).toMatchObject({ state: 'running', lease: undefined, interrupted: 3, dueAt: timeAfter(20) });
    expect(claimed.steps.deleteObjects).toMatchObject({ state: 'waiting', atLeast: true });
    expect(joined(begun()).steps.deleteObjects).toMatchObject({ state: 'waiting' });
    expect(joined(begun()).steps.deleteObjects).not.toHaveProperty('atLeast');
  });

  it('stays an orphan for a request without a row, and a row takes over nothing but an orphan', () => {
    const unclaimed = joined(begun(), {});
    expect(unclaimed).toMatchObject({ ownerId: UNKNOWN_OWNER, target, hidden: true, interrupted: 2 });
    const pending = lifecycle.hidden(made(), moment(1));
    const another = lifecycle.join(
      pending,
      { by: 'admin', reason: 'admin', row: { ...row, ownerId: 'new' } },
      moment(2),
    );
    expect(another).toMatchObject({ ownerId: 'owner', target, hidden: true });
  });

  it('was deleted, and is deleted again only for somebody who may ask', () => {
    const deleted = { ...aTombstone({ state: 'deleted' }), ownerId: UNKNOWN_OWNER, requests: orphan().requests };
    const by = { by: 'operator', target };
    expect(() => lifecycle.reapply(deleted, { ...by, ownerId: 'owner' }, moment(0))).toThrow(NotAllowedNow);
    expect(lifecycle.reapply(deleted, by, moment(0))).toMatchObject({ state: 'running', ownerId: UNKNOWN_OWNER });
    const asker = { by: 'owner', reason: 'owner' } as const;
    const again = lifecycle.reapply(deleted, { ...by, ownerId: 'owner', asked: asker }, moment(0));
    expect(again).toMatchObject({ state: 'running', ownerId: 'owner', requests: [{ ...asker, until: timeAfter(0) }] });
  });
});

it('a deletion that is done again keeps its owner if the row has none', () => {
  const deleted = aTombstone({ state: 'deleted', ownerId: 'owner' });
  expect(lifecycle.reapply(deleted, { by: 'operator', target }, moment(0)).ownerId).toBe('owner');
  expect(lifecycle.reapply(deleted, { by: 'operator', target, ownerId: 'new' }, moment(0)).ownerId).toBe('new');
});
