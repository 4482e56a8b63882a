import { describe, expect, it } from 'vitest';
import { OutOfTime, StepFailed } from '../../../../functions/deletion/errors.ts';
import { recordFailure, recordSuccess, recordUnverified } from '../../../../functions/deletion/record/step-record.ts';
import {
  dependentsOf,
  hasOpenSteps,
  mayRun,
  reopen,
  STEP_NAMES,
  type StepName,
  type StepState,
  waitingSteps,
} from '../../../../functions/deletion/record/steps.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { aTombstone } from '../../../support/a-tombstone.ts';

const startedAt = new Date('2026-11-22T10:00:11.000Z');
const finishedAt = new Date('2026-11-22T10:00:12.000Z');
const times = { startedAt, finishedAt };

function stepsThat(states: Partial<Record<StepName, StepState>>): Tombstone['steps'] {
  const steps = waitingSteps();
  for (const name of STEP_NAMES) steps[name] = { ...steps[name], state: states[name] ?? 'waiting' };
  return steps;
}
const allDone = stepsThat(Object.fromEntries(STEP_NAMES.map((name) => [name, 'done'])));
const stateOf = ({ steps }: Pick<Tombstone, 'steps'>, name: StepName) => steps[name].state;

describe('what a step builds on', () => {
  it('is followed to the end', () => {
    expect(dependentsOf('cancelRuns').sort()).toEqual(['deleteObjects', 'invalidateEdge', 'verify']);
    expect(dependentsOf('deleteRows').sort()).toEqual(['invalidateCache', 'verify']);
    expect(dependentsOf('verify')).toEqual([]);
  });

  it('reopens with it, and nothing else does', () => {
    const steps = reopen(allDone, ['deleteRows']);
    const reopened = STEP_NAMES.filter((name) => steps[name].state === 'waiting');
    expect(reopened).toEqual(['deleteRows', 'invalidateCache', 'verify']);
  });

  it('keeps a failed step failed and a skipped one skipped', () => {
    const steps = reopen(
      {
        ...allDone,
        ...{
          verify: { ...allDone.verify, state: 'failed' },
          invalidateEdge: { ...allDone.invalidateEdge, state: 'skipped' },
        },
      },
      ['deleteObjects'],
    );
    expect([steps.verify.state, steps.invalidateEdge.state]).toEqual(['failed', 'skipped']);
  });
});

describe('mayRun', () => {
  it('lets a step run although one before it failed', () => {
    expect(mayRun(stepsThat({ cancelRuns: 'failed' }), 'deleteObjects')).toBe(true);
  });

  it('does not run it again until what it builds on is done', () => {
    expect(mayRun(stepsThat({ cancelRuns: 'failed', deleteObjects: 'provisional' }), 'deleteObjects')).toBe(false);
    expect(mayRun(stepsThat({ cancelRuns: 'done', deleteObjects: 'provisional' }), 'deleteObjects')).toBe(true);
  });

  it('does not look before everything is done', () => {
    expect(mayRun({ ...allDone, verify: { ...allDone.verify, state: 'waiting' } }, 'verify')).toBe(true);
    expect(mayRun({ ...stepsThat({}), hide: { ...allDone.hide, state: 'done' } }, 'verify')).toBe(false);
  });

  it('passes over what is done or not there', () => {
    expect(mayRun(stepsThat({ hide: 'done' }), 'hide')).toBe(false);
    expect(mayRun(stepsThat({ invalidateEdge: 'skipped' }), 'invalidateEdge')).toBe(false);
  });
});

describe('hasOpenSteps', () => {
  it('is true for a step that waits and whose bases are done, and for no other', () => {
    const withVerify = (state: StepState) => hasOpenSteps({ ...allDone, verify: { ...allDone.verify, state } });
    expect([withVerify('waiting'), withVerify('provisional'), withVerify('failed')]).toEqual([true, false, false]);
    expect([hasOpenSteps(allDone), hasOpenSteps(stepsThat({ hide: 'failed', cancelRuns: 'done' }))]).toEqual([
      false,
      true,
    ]);
    const failed = stepsThat({ ...Object.fromEntries(STEP_NAMES.map((name) => [name, 'done'])), deleteRows: 'failed' });
    expect(hasOpenSteps({ ...failed, verify: { ...failed.verify, state: 'waiting' } })).toBe(false);
  });
});

describe('recordSuccess', () => {
  const running = aTombstone({ state: 'running' });

  it('is done only if what it builds on was done before it began', () => {
    const result = { counts: { objects: 3 }, changed: true };
    expect(stateOf(recordSuccess(running, 'deleteObjects', result, { ...times, builtOn: true }), 'deleteObjects')).toBe(
      'done',
    );
    expect(
      stateOf(recordSuccess(running, 'deleteObjects', result, { ...times, builtOn: false }), 'deleteObjects'),
    ).toBe('provisional');
  });

  it('adds the counts of every attempt', () => {
    const once = recordSuccess(
      running,
      'deleteObjects',
      { counts: { objects: 3 }, changed: true },
      { ...times, builtOn: false },
    );
    const twice = recordSuccess(
      once,
      'deleteObjects',
      { counts: { objects: 2, versions: 1 }, changed: true },
      { ...times, builtOn: true },
    );
    expect(twice.steps.deleteObjects).toMatchObject({ attempts: 2, counts: { objects: 5, versions: 1 } });
  });

  it('reopens what builds on a step that removed something later', () => {
    const settled = aTombstone({ state: 'settling', steps: allDone });
    const after = recordSuccess(
      settled,
      'deleteObjects',
      { counts: { objects: 1 }, changed: true },
      { ...times, builtOn: true },
    );
    expect([stateOf(after, 'invalidateEdge'), stateOf(after, 'verify')]).toEqual(['waiting', 'waiting']);
    expect(stateOf(after, 'deleteRows')).toBe('done');
    expect(after.late).toEqual({ objects: 1 });
  });

  it('passes over a store that is not there, whatever it builds on', () => {
    const skipped = { counts: {}, changed: false, skipped: true };
    const after = recordSuccess(running, 'invalidateEdge', skipped, { ...times, builtOn: false });
    expect(stateOf(after, 'invalidateEdge')).toBe('skipped');
  });

  it('reopens nothing when it removed nothing, and counts no look as late', () => {
    const settled = aTombstone({ state: 'settling', steps: allDone });
    const nothing = recordSuccess(
      settled,
      'deleteObjects',
      { counts: {}, changed: false },
      { ...times, builtOn: true },
    );
    expect(STEP_NAMES.filter((name) => stateOf(nothing, name) !== 'done')).toEqual([]);
    const look = { counts: { objects: 1 }, changed: true };
    expect(recordSuccess(settled, 'verify', look, { ...times, builtOn: true }).late).toEqual({});
  });

  it('begins when it began first, and ends when it ended last', () => {
    const again = { startedAt: new Date('2026-11-22T11:00:00Z'), finishedAt: new Date('2026-11-22T11:00:01Z') };
    const once = recordSuccess(running, 'hide', { counts: {}, changed: false }, { ...times, builtOn: true });
    const twice = recordSuccess(once, 'hide', { counts: {}, changed: false }, { ...again, builtOn: true });
    expect(once.steps.hide).not.toHaveProperty('lastStartedAt');
    expect(twice.steps.hide).toMatchObject({
      startedAt: startedAt.toISOString(),
      lastStartedAt: again.startedAt.toISOString(),
      finishedAt: again.finishedAt.toISOString(),
    });
  });

  it('finds nothing late while everything has not been empty once', () => {
    const after = recordSuccess(
      running,
      'deleteObjects',
      { counts: { objects: 1 }, changed: true },
      { ...times, builtOn: true },
    );
    expect(after.late).toEqual({});
  });

  it('is not done by a look that found something, and reopens the step that should have removed it', () => {
    const after = recordSuccess(
      aTombstone({ state: 'running', steps: allDone }),
      'verify',
      { counts: { objects: 1 }, changed: false, reopens: ['deleteObjects'] },
      { ...times, builtOn: true },
    );
    expect([stateOf(after, 'verify'), stateOf(after, 'deleteObjects')]).toEqual(['provisional', 'waiting']);
  });

  it('runs again in the same pass after it has found more for itself to do', () => {
    const result = { counts: { videos: 1 }, changed: true, reopens: ['cancelRuns' as const, 'deleteRows' as const] };
    const before = aTombstone({ state: 'running', steps: stepsThat({ cancelRuns: 'skipped' }) });
    const after = recordSuccess(before, 'deleteRows', result, { ...times, builtOn: true });
    expect([stateOf(after, 'cancelRuns'), stateOf(after, 'deleteRows')]).toEqual(['skipped', 'waiting']);
  });
});

describe('recordFailure', () => {
  it('keeps the code and what was removed all the same', () => {
    const error = new StepFailed('AccessDenied', { objects: 2 });
    const after = recordFailure(
      aTombstone({ steps: allDone }),
      'deleteObjects',
      { error, counts: error.counts },
      times,
    );
    expect(after.steps.deleteObjects).toMatchObject({ state: 'failed', error: 'AccessDenied', counts: { objects: 2 } });
    expect(stateOf(after, 'invalidateEdge')).toBe('waiting');
  });

  it('keeps the begin, the end and the code of the last twelve failures, also once the step is done', () => {
    let tombstone = aTombstone();
    for (let attempt = 1; attempt <= 14; attempt++) {
      const failedTimes = {
        startedAt: new Date(Date.UTC(2026, 10, 22, attempt)),
        finishedAt: new Date(Date.UTC(2026, 10, 22, attempt, 1)),
      };
      const failure = { error: new StepFailed(attempt === 3 ? 'AccessDenied' : 'SlowDown'), counts: {} };
      tombstone = recordFailure(tombstone, 'deleteObjects', failure, failedTimes);
    }
    const result = { counts: {}, changed: false };
    const { deleteObjects } = recordSuccess(tombstone, 'deleteObjects', result, { ...times, builtOn: true }).steps;
    expect(deleteObjects).toMatchObject({ attempts: 15, failures: 14, lastStartedAt: startedAt.toISOString() });
    expect(deleteObjects.failed).toHaveLength(12);
    expect(deleteObjects.failed?.[0]).toEqual({
      startedAt: '2026-11-22T03:00:00.000Z',
      finishedAt: '2026-11-22T03:01:00.000Z',
      error: 'AccessDenied',
    });
    expect(deleteObjects.failed?.at(-1)?.startedAt).toBe('2026-11-22T14:00:00.000Z');
  });

  it('has no failure for a worker that was out of time', () => {
    const failure = { error: new OutOfTime(), counts: {} };
    expect(recordFailure(aTombstone(), 'deleteObjects', failure, times).steps.deleteObjects.failed).toBeUndefined();
  });

  it('counts every failure, and reopens nothing when nothing was removed', () => {
    const failure = { error: new StepFailed('SlowDown'), counts: {} };
    const once = recordFailure(aTombstone({ steps: allDone }), 'deleteObjects', failure, times);
    const twice = recordFailure(once, 'deleteObjects', failure, times);
    expect([once.steps.deleteObjects.failures, twice.steps.deleteObjects.failures]).toEqual([1, 2]);
    expect([once, twice].map(({ steps }) => steps.deleteObjects.failed?.length)).toEqual([1, 2]);
    expect(STEP_NAMES.filter((name) => stateOf(twice, name) !== 'done')).toEqual(['deleteObjects']);
  });

  it('counts what it removed after everything had been empty once as late', () => {
    const settled = aTombstone({ state: 'settling', steps: allDone });
    const failure = { error: new StepFailed('SlowDown'), counts: { objects: 2 } };
    expect(recordFailure(settled, 'deleteObjects', failure, times).late).toEqual({ objects: 2 });
    expect(recordFailure(settled, 'deleteObjects', { ...failure, counts: {} }, times).late).toEqual({});
  });

  it('writes no message of a driver down', () => {
    const error = new Error('duplicate key: title "Holiday at the sea"');
    const after = recordFailure(aTombstone(), 'deleteRows', { error, counts: {} }, times);
    expect(JSON.stringify(after)).not.toContain('Holiday');
  });

  it('has a code for a call that was rejected without an error, too', () => {
    const after = recordFailure(aTombstone(), 'hide', { error: undefined, counts: {} }, times);
    expect(after.steps.hide).toMatchObject({ state: 'failed', error: 'UnknownError' });
  });

  it('takes time that ran out for no failure', () => {
    const after = recordFailure(
      aTombstone(),
      'deleteObjects',
      { error: new OutOfTime(), counts: { objects: 9 } },
      times,
    );
    expect(after.steps.deleteObjects).toMatchObject({ state: 'waiting', counts: { objects: 9 } });
    expect(after.steps.deleteObjects.error).toBeUndefined();
  });

  it('forgets the error once the step succeeds', () => {
    const failed = recordFailure(aTombstone(), 'hide', { error: new StepFailed('ECONNREFUSED'), counts: {} }, times);
    const mended = recordSuccess(failed, 'hide', { counts: {}, changed: false }, { ...times, builtOn: true });
    expect(mended.steps.hide.error).toBeUndefined();
  });
});

it('a worker that is stopped while an answer was lost has deleted at least what it counts', () => {
  const stopped = Object.assign(new OutOfTime(), { atLeast: true });
  const failure = { counts: { objects: 3 } };
  const deleting = aTombstone({ state: 'running' });
  const { deleteObjects } = recordFailure(deleting, 'deleteObjects', { ...failure, error: stopped }, times).steps;
  expect(deleteObjects).toMatchObject({ state: 'waiting', counts: { objects: 3 }, atLeast: true });
  const exact = recordFailure(deleting, 'deleteObjects', { ...failure, error: new OutOfTime() }, times).steps;
  expect(exact.deleteObjects).not.toHaveProperty('atLeast');
});

describe('recordUnverified', () => {
  const settling = () => {
    const steps = { ...allDone, deleteObjects: { ...allDone.deleteObjects, counts: { objects: 7, bytes: 70 } } };
    return aTombstone({ state: 'settling', steps, late: { objects: 2, bytes: 20, comments: 3 } });
  };

  it('takes objects that keep coming back out of what was deleted and what came late: they may be the same', () => {
    const after = recordUnverified(settling(), 'ObjectsRemain');
    expect(after.late).toEqual({ comments: 3 });
    expect(after.steps.deleteObjects.counts).toEqual({ objects: 5, bytes: 50 });
    expect(after.steps.deleteObjects.atLeast).toBe(true);
    expect(after.steps.verify).toMatchObject({ state: 'failed', error: 'ObjectsRemain' });
  });

  it('leaves every count as it is when something else remains', () => {
    const before = settling();
    const after = recordUnverified(before, 'RowsRemain');
    expect(after.late).toEqual(before.late);
    expect(after.steps.deleteObjects).toEqual(before.steps.deleteObjects);
    expect(after.steps.verify).toMatchObject({ state: 'failed', error: 'RowsRemain' });
  });
});
