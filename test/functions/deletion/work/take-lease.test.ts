import { describe, expect, it } from 'vitest';
import { STEP_NAMES } from '../../../../functions/deletion/record/steps.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { plus } from '../../../../functions/deletion/rules.ts';
import { takeLease } from '../../../../functions/deletion/work/take-lease.ts';
import { aLegalHold, aTombstone } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const WORKER = 'worker-1';
const DEAD = { owner: 'dead', until: '2026-11-22T09:59:00.000Z' };

/** A worker that tries to take the lease of a deletion that has just become due. */
async function take(overrides: Partial<Tombstone> = {}, seen: Partial<Tombstone> = {}) {
  const { ports } = openMemoryWorld();
  const dueAt = ports.clock().toISOString();
  const stored = aTombstone({ state: 'running', dueAt, ...overrides });
  await ports.tombstones.write(undefined, stored);
  const taken = await takeLease({ ...ports, newId: () => WORKER }, { ...stored, ...seen });
  return { taken, stored, after: await ports.tombstones.find(stored.videoId), now: ports.clock(), rules: ports.rules };
}

describe('a lease', () => {
  it('is given to one worker, which spends an attempt and may be taken for dead when it runs out', async () => {
    const { taken, after, now, rules } = await take();
    expect(taken).toEqual({ outcome: 'leased', tombstone: after });
    expect(after).toMatchObject({
      lease: { owner: WORKER, until: plus(now, rules.leaseSeconds).toISOString() },
      attempts: 1,
      progressed: false,
      interrupted: 0,
      state: 'running',
    });
    expect(after?.dueAt).toBe(now.toISOString());
  });

  it.each([
    ['stays where it is while that is about right', 100, 100],
    ['is moved when it would come before the lease is over for long', 99, 180],
    ['is moved when it would come late', 241, 180],
    ['is set where there was none', undefined, 180],
  ])('in the eye of the sweeper %s', async (_, seconds, then) => {
    const { now } = await take();
    const { after } = await take({ sweepAt: seconds === undefined ? undefined : plus(now, seconds).toISOString() });
    expect(after?.sweepAt).toBe(plus(now, then).toISOString());
  });

  it('spends no attempt after a pass that got somewhere, and says that this one has not yet', async () => {
    const { after } = await take({ attempts: 12, progressed: true });
    expect(after).toMatchObject({ lease: { owner: WORKER }, attempts: 12, progressed: false });
  });

  it.each([
    ['pending', {}, 'running'],
    ['held', { held: { because: 'objectLock', from: 'settling' } }, 'settling'],
  ] as const)('of a deletion that is %s sets it going, in the name of the worker', async (state, more, to) => {
    const { after } = await take({ state, ...more });
    expect(after).toMatchObject({ state: to, lease: { owner: WORKER } });
    expect(after?.history.at(-1)).toMatchObject({ from: state, to, by: 'worker' });
  });

  it.each([
    ['nothing is due', { dueAt: undefined }],
    ['it is not due yet', { dueAt: '2026-11-22T10:00:00.001Z' }],
    ['it is deleted', { state: 'deleted' }],
    ['it has failed', { state: 'failed' }],
    ['it is undone', { state: 'cancelled' }],
    ['it is held', { state: 'held', held: aLegalHold('running') }],
  ] satisfies [string, Partial<Tombstone>][])('is given to nobody when %s', async (_, overrides) => {
    const { taken, stored, after } = await take(overrides);
    expect(taken).toEqual({ outcome: 'notFree' });
    expect(after).toEqual(stored);
  });

  it('is given to nobody who works on another deletion of the video', async () => {
    const { taken, stored, after } = await take({}, { deletionId: 'another', revision: 9 });
    expect(taken).toEqual({ outcome: 'notFree' });
    expect(after).toEqual(stored);
  });

  it('is refused with another answer when no attempt is left, and nothing is written', async () => {
    const { taken, stored, after } = await take({ attempts: 12 });
    expect(taken).toEqual({ outcome: 'exhausted' });
    expect(after).toEqual(stored);
    expect((await take({ attempts: 11 })).taken).toMatchObject({ tombstone: { attempts: 12 } });
  });
});

describe('the lease of a worker that died', () => {
  it('is counted, and what only who removes something takes along is removed again', async () => {
    const { steps } = aTombstone();
    for (const name of STEP_NAMES) steps[name] = { ...steps[name], state: 'done' };
    const { after } = await take({ lease: DEAD, interrupted: 2, steps });
    expect(after).toMatchObject({ lease: { owner: WORKER }, interrupted: 3 });
    const isDone = STEP_NAMES.filter((name) => after?.steps[name].state === 'done');
    expect(isDone).toEqual(['hide']);
  });

  it.each(['cancelRuns', 'deleteRows'] as const)('reopens %s though nothing else is done', async (name) => {
    const { steps } = aTombstone();
    const only = { ...steps, [name]: { ...steps[name], state: 'done' as const } };
    expect((await take({ lease: DEAD, steps: only })).after?.steps[name].state).toBe('waiting');
  });
});
