import { describe, expect, it } from 'vitest';
import { NotAllowedNow } from '../../../../functions/deletion/errors.ts';
import * as lifecycle from '../../../../functions/deletion/record/lifecycle.ts';
import { nextWorkAt, sweepAtOf } from '../../../../functions/deletion/record/schedule.ts';
import { STEP_NAMES } from '../../../../functions/deletion/record/steps.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { MAX_FAILURES } from '../../../../functions/deletion/rules.ts';
import { aTombstone, stepsDone } from '../../../support/a-tombstone.ts';
import { RULES } from '../../../support/rules.ts';

/** The end of the undo window of `aTombstone`. */
const END = Date.parse('2026-11-22T10:00:10.000Z');
const moment = (seconds: number) => ({ at: new Date(END + seconds * 1000), rules: RULES });
const timeAfter = (seconds: number) => moment(seconds).at.toISOString();
const random = () => 0.5;
const locked = { because: 'objectLock', from: 'running' } as const;
const running = (changes: Partial<Tombstone> = {}) =>
  aTombstone({ state: 'running', lease: { owner: 'w', until: timeAfter(60) }, ...changes });

describe('a deletion whose row cannot be read', () => {
  const postponed = (each: Tombstone, seconds: number) =>
    lifecycle.postpone(each, { code: 'TimeoutError', random }, moment(seconds));

  it('waits for longer with each attempt, and stays pending', () => {
    const once = postponed(aTombstone({ progressed: true }), 0);
    expect(once).toMatchObject({ state: 'pending', attempts: 1, progressed: false, dueAt: timeAfter(10) });
    expect(postponed(once, 10)).toMatchObject({ state: 'pending', attempts: 2, dueAt: timeAfter(30) });
  });

  it('says why in its history', () => {
    const entry = { by: 'worker', from: 'pending', to: 'pending', detail: { code: 'TimeoutError' } };
    expect(postponed(aTombstone(), 0).history.at(-1)).toMatchObject(entry);
  });

  it('is given up with one attempt more, for the reason that it cannot be read', () => {
    const given = lifecycle.giveUp(aTombstone({ attempts: 11 }), moment(0), 'TimeoutError');
    expect(given).toMatchObject({ state: 'failed', attempts: 12 });
    expect(given.history.at(-1)).toMatchObject({ detail: { code: 'TimeoutError' } });
    expect(lifecycle.giveUp(running({ attempts: 11 }), moment(0)).attempts).toBe(11);
  });
});

describe('what had come back', () => {
  it('is no less than before only if there is some, and at least as much as the pass before has found', () => {
    const isNoLess = (residue: number | undefined, found: number) => lifecycle.isNoLess({ residue }, found);
    expect([4, 5, 6].map((found) => isNoLess(5, found))).toEqual([false, true, true]);
    expect([isNoLess(undefined, 5), isNoLess(0, 0)]).toEqual([false, false]);
  });

  it('costs the next pass an attempt, unless it was less than before', () => {
    const settled = (residue: number | undefined, found: number) =>
      lifecycle.settle(running({ state: 'settling', residue }), moment(1), found);
    expect(settled(5, 5)).toMatchObject({ progressed: false, residue: 5 });
    expect(settled(5, 4)).toMatchObject({ progressed: true, residue: 4 });
    expect(settled(undefined, 4)).toMatchObject({ progressed: true, residue: 4 });
    expect(settled(5, 0)).toMatchObject({ progressed: true, residue: 5 });
    expect(settled(undefined, 0).residue).toBeUndefined();
  });

  it('costs an attempt after a failure as well', () => {
    const retried = (found: number, changes: Partial<Tombstone> = {}) =>
      lifecycle.retry(running({ progressed: true, residue: 5, ...changes }), random, moment(1), found);
    expect(retried(5)).toMatchObject({ progressed: false, residue: 5 });
    expect(retried(4)).toMatchObject({ progressed: true, residue: 4 });
    expect(retried(0)).toMatchObject({ progressed: true, residue: 5 });
    expect(retried(0, { progressed: false })).toMatchObject({ progressed: false });
  });
});

describe('a step that has failed very often', () => {
  it('costs an attempt, whatever it deletes, and one failure less does not', () => {
    const retried = (failures: number) => {
      const { steps } = running();
      steps.deleteRows.failures = failures;
      return lifecycle.retry(running({ steps, progressed: true }), random, moment(1)).progressed;
    };
    expect([retried(MAX_FAILURES), retried(MAX_FAILURES + 1)]).toEqual([true, false]);
  });

  it('is also the invalidation that the edge refuses for good', () => {
    const refused = lifecycle.edgeRefused(running({ progressed: true }), 'AccessDenied', moment(1));
    expect(refused.progressed).toBe(false);
    expect(refused.steps.invalidateEdge).toMatchObject({ state: 'failed', error: 'AccessDenied', failures: 1 });
  });
});

describe('an operator who does not want to wait', () => {
  const waiting = () => lifecycle.retry(running({ attempts: 3 }), random, moment(0));
  const hurried = (each: Tombstone, seconds: number) => lifecycle.hurry(each, { by: 'operator' }, moment(seconds));

  it('has the next attempt begin now, and it is as many as it was', () => {
    expect(waiting().dueAt).toBe(timeAfter(40));
    expect(hurried(waiting(), 5)).toMatchObject({ state: 'running', dueAt: timeAfter(5), attempts: 3 });
    expect(hurried(waiting(), 5).history.at(-1)).toMatchObject({ by: 'operator', from: 'running', to: 'running' });
  });

  it.each<[string, () => Tombstone, number]>([
    ['is due already', waiting, 40],
    ['has nothing due', () => ({ ...waiting(), dueAt: undefined }), 5],
    ['has a worker', () => ({ ...waiting(), lease: { owner: 'w', until: timeAfter(60) } }), 5],
    ['settles', () => lifecycle.settle(running(), moment(0)), 5],
    ['waits in its undo window', aTombstone, -5],
  ])('is refused where the deletion %s', (_, each, seconds) => {
    expect(() => hurried(each(), seconds)).toThrow(NotAllowedNow);
  });
});

describe('a worker that begins', () => {
  const row = {
    ownerId: 'new',
    target: { prefix: 'videos/', strayKeys: ['new.mp4'], notOurs: { count: 0 }, runs: ['new'] },
  };
  const byAdmin = { by: 'admin', reason: 'admin', at: timeAfter(-10), until: timeAfter(0) } as const;

  it('takes the owner from the row, and what it names beside what it named', () => {
    const pending = aTombstone({ ownerId: 'former', requests: [byAdmin] });
    const named = { ...pending, target: { ...pending.target, strayKeys: ['former.mp4'], runs: ['former'] } };
    const begun = lifecycle.begin(named, { worker: 'w', row }, moment(0));
    expect(begun).toMatchObject({ state: 'running', ownerId: 'new' });
    expect(begun.target).toMatchObject({ strayKeys: ['former.mp4', 'new.mp4'], runs: ['former', 'new'] });
  });

  it('takes nothing from a row that comes back once work has begun', () => {
    const { lease: _, ...before } = running({ ownerId: 'former' });
    const begun = lifecycle.begin(before, { worker: 'w', row }, moment(0));
    expect(begun).toMatchObject({ state: 'running', ownerId: 'former', target: before.target });
  });

  it('after one that died has every step that deletes run again, and what builds on them', () => {
    const died = running({ steps: stepsDone(), lease: { owner: 'died', until: timeAfter(0) } });
    const { steps, interrupted } = lifecycle.begin(died, { worker: 'w' }, moment(0));
    expect(interrupted).toBe(1);
    const again = ['cancelRuns', 'deleteObjects', 'deleteRows', 'invalidateCache', 'invalidateEdge', 'verify'];
    expect(STEP_NAMES.filter((name) => steps[name].state === 'waiting')).toEqual(again);
  });

  it('may begin when the work is due and no other has the lease, whichever is later', () => {
    const begins = (due: number | undefined, lease?: number) =>
      nextWorkAt({
        dueAt: due === undefined ? undefined : timeAfter(due),
        ...(lease !== undefined && { lease: { owner: 'w', until: timeAfter(lease) } }),
      });
    expect([begins(5), begins(5, 9), begins(5, 3)]).toEqual([5, 9, 5].map(timeAfter));
    expect([begins(undefined), begins(undefined, 9)]).toEqual([undefined, undefined]);
  });
});

describe('when the sweeper comes', () => {
  const comes = (each: Partial<Tombstone>, now: ReturnType<typeof moment>) =>
    sweepAtOf(aTombstone({ hidden: true, ...each }), now.at, now.rules);

  it('is two minutes after the work is due, and a time that is about right stays', () => {
    const waiting = (sweepAt?: number) =>
      comes(
        { state: 'running', dueAt: timeAfter(600), sweepAt: sweepAt === undefined ? undefined : timeAfter(sweepAt) },
        moment(0),
      );
    expect([undefined, 639, 640, 780, 781].map(waiting)).toEqual([720, 720, 640, 780, 720].map(timeAfter));
  });

  it('may be later for work that is due, because a message is on its way', () => {
    const due = (sweepAt: number) =>
      comes({ state: 'running', dueAt: timeAfter(0), sweepAt: timeAfter(sweepAt) }, moment(0));
    expect([39, 40, 900, 901].map(due)).toEqual([120, 40, 900, 120].map(timeAfter));
  });

  it('is the end of an undo window that no message can wait for, longer than a quarter of an hour', () => {
    const pending = (seconds: number) => comes({ dueAt: timeAfter(seconds), sweepAt: undefined }, moment(0));
    expect([900, 901].map(pending)).toEqual([900 + 120, 901].map(timeAfter));
  });

  it('is soon for a visible video, or with the work if that is due soon anyway', () => {
    const visible = (dueAt: number) =>
      comes({ hidden: false, state: 'held', held: locked, dueAt: timeAfter(dueAt), sweepAt: undefined }, moment(0));
    expect([59, 60, 61].map(visible)).toEqual([179, 180, 120].map(timeAfter));
  });
});
