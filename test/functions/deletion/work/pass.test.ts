import { describe, expect, it, vi } from 'vitest';
import { LeaseLost, ObjectsLocked, OutOfTime, StepFailed } from '../../../../functions/deletion/errors.ts';
import * as lifecycle from '../../../../functions/deletion/record/lifecycle.ts';
import type { StepResult } from '../../../../functions/deletion/record/step-record.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { startPass } from '../../../../functions/deletion/work/pass.ts';
import { aLegalHold, aTombstone, turnedInto } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const NOTHING: StepResult = { counts: {}, changed: false };
const OBJECT: StepResult = { counts: { objects: 1 }, changed: true };
/** The time that a worker keeps to stop properly, in milliseconds. */
const RESERVED = 20_000;
const UNTIL = '2026-11-22T10:01:00.000Z';

/** A pass over a deletion whose lease this worker has just got. */
async function start({
  overrides = {},
  timeLeft = () => RESERVED,
}: {
  overrides?: Partial<Tombstone>;
  timeLeft?: () => number;
} = {}) {
  const { ports, advance } = openMemoryWorld();
  const leased = aTombstone({ state: 'running', lease: { owner: 'ours', until: UNTIL }, ...overrides });
  leased.steps.cancelRuns = { state: 'done', attempts: 1, counts: {} };
  leased.steps.deleteObjects = { state: 'waiting', attempts: 1, counts: { objects: 4, bytes: 40 } };
  await ports.tombstones.write(undefined, leased);
  const record = vi.fn();
  const pass = startPass({ ...ports, metrics: { record } }, leased, timeLeft);
  const find = async () => (await ports.tombstones.find(leased.videoId)) as Tombstone;
  /** Another writer changes the tombstone: a hold, or another worker. */
  const meanwhile = async (changes: Partial<Tombstone>) => {
    const current = await find();
    await ports.tombstones.write(current, turnedInto(current, changes));
  };
  return { pass, find, meanwhile, advance, record };
}

describe('a step of a pass', () => {
  it('is written down at once if it removed anything, and the pass got somewhere', async () => {
    const { pass, find, record } = await start();
    await pass.run('deleteObjects', async () => OBJECT);
    expect(await find()).toMatchObject({ revision: 2, progressed: true, steps: { deleteObjects: { state: 'done' } } });
    expect((await find()).steps.deleteObjects.counts).toEqual({ objects: 5, bytes: 40 });
    expect(record).toHaveBeenCalledWith('ObjectsDeleted', 1);
    await pass.run('deleteRows', async () => NOTHING);
    expect(pass.tombstone.progressed).toBe(true);
  });

  it('is not written down yet if it removed nothing', async () => {
    const { pass, find, record } = await start();
    await pass.run('deleteRows', async () => NOTHING);
    expect([(await find()).revision, pass.tombstone.progressed]).toEqual([1, false]);
    expect([pass.tombstone.steps.deleteRows.attempts, record.mock.calls]).toEqual([1, []]);
  });

  it('begins with the reserve in hand, and not with a millisecond less', async () => {
    const step = vi.fn(async () => NOTHING);
    await (await start()).pass.run('deleteRows', step);
    const { pass } = await start({ timeLeft: () => RESERVED - 1 });
    await expect(pass.run('deleteRows', step)).rejects.toThrow(OutOfTime);
    expect(step).toHaveBeenCalledTimes(1);
  });

  it('that fails is recorded, and does not end the pass', async () => {
    const { pass } = await start();
    await pass.run('deleteRows', () => Promise.reject(new StepFailed('SlowDown')));
    expect(pass.tombstone.steps.deleteRows).toMatchObject({ state: 'failed', error: 'SlowDown', failures: 1 });
    expect([pass.tombstone.progressed, pass.locked]).toEqual([false, undefined]);
  });

  it('that the store locks is remembered', async () => {
    const { pass } = await start();
    const locked = new ObjectsLocked({ objects: 2 }, '2026-12-01T00:00:00.000Z');
    await pass.run('deleteObjects', () => Promise.reject(locked));
    expect(pass.locked).toBe(locked);
    expect([pass.tombstone.progressed, pass.tombstone.steps.deleteObjects.counts.objects]).toEqual([true, 6]);
  });
});

describe('between two batches', () => {
  it('what was removed is added to what there was, and the lease made longer', async () => {
    const { pass, find, advance } = await start();
    advance(10);
    const seen: Tombstone[] = [];
    await pass.run('deleteObjects', async (_, checkpoint) => {
      await checkpoint({ objects: 3, bytes: 30 });
      seen.push(await find());
      return { counts: { objects: 3, bytes: 30 }, changed: true };
    });
    expect(seen[0]).toMatchObject({ progressed: true, lease: { until: '2026-11-22T10:01:10.000Z' } });
    expect(seen[0]?.steps.deleteObjects).toEqual({ state: 'waiting', attempts: 1, counts: { objects: 7, bytes: 70 } });
  });

  it.each([
    ['settling', { objects: 5, bytes: 30 }],
    ['running', { objects: 2 }],
  ] as const)('of a deletion that is %s what came late is written down, once', async (state, late) => {
    const { pass, find } = await start({ overrides: { state, late: { objects: 2 } } });
    const seen: Tombstone[] = [];
    await pass.run('deleteObjects', async (_, checkpoint) => {
      await checkpoint({ objects: 3, bytes: 30 });
      seen.push(await find());
      return { counts: { objects: 3, bytes: 30 }, changed: true };
    });
    expect([seen[0]?.late, pass.tombstone.late]).toEqual([late, late]);
  });

  it.each([true, false])(
    'a batch that removed nothing is no progress; what there was stays: %s',
    async (progressed) => {
      const { pass, find, advance } = await start({ overrides: { progressed } });
      await pass.run('deleteRows', async (_, checkpoint) => {
        advance(1);
        await checkpoint({});
        return NOTHING;
      });
      expect(await find()).toMatchObject({ revision: 2, progressed });
    },
  );

  it('the tombstone is looked at when something was removed, and otherwise once a second', async () => {
    const { pass, find, advance } = await start();
    const revisions: number[] = [];
    await pass.run('deleteObjects', async (_, checkpoint) => {
      for (const { seconds, objects } of [
        { seconds: 0.999, objects: 0 },
        { seconds: 0.001, objects: 0 },
        { seconds: 0, objects: 1 },
        { seconds: 0, objects: 1 },
      ]) {
        advance(seconds);
        await checkpoint({ objects });
        revisions.push((await find()).revision);
      }
      return OBJECT;
    });
    expect(revisions).toEqual([1, 2, 3, 3]);
  });

  it('a worker whose time runs out stops, and what it removed is counted', async () => {
    let left = RESERVED;
    const { pass, find } = await start({ timeLeft: () => left });
    const running = pass.run('deleteObjects', async (_, checkpoint) => {
      await checkpoint({ objects: 1 });
      left -= 1;
      await checkpoint({ objects: 2 });
      return OBJECT;
    });
    await expect(running).rejects.toThrow(OutOfTime);
    expect(pass.tombstone.steps.deleteObjects).toMatchObject({ state: 'waiting', counts: { objects: 6 } });
    expect([pass.tombstone.progressed, (await find()).steps.deleteObjects.counts.objects]).toEqual([true, 5]);
  });

  it('a hold stops the worker, which gives way with all that it removed', async () => {
    const { pass, find, meanwhile, record } = await start();
    const running = pass.run('deleteObjects', async (_, checkpoint) => {
      await meanwhile({ state: 'held', held: aLegalHold('running') });
      await checkpoint({ objects: 2 });
      return OBJECT;
    });
    await expect(running).rejects.toThrow(LeaseLost);
    expect(record).not.toHaveBeenCalled();
    await pass.giveWay();
    expect(await find()).toMatchObject({ state: 'held', steps: { deleteObjects: { counts: { objects: 6 } } } });
    expect((await find()).lease).toBeUndefined();
    expect(record).toHaveBeenCalledWith('ObjectsDeleted', 2);
  });

  it('a worker whose lease went to another writes nothing, and its figures are not counted', async () => {
    const { pass, find, meanwhile, record } = await start();
    const running = pass.run('deleteObjects', async (_, checkpoint) => {
      await meanwhile({ lease: { owner: 'theirs', until: UNTIL } });
      await checkpoint({ objects: 2 });
      return OBJECT;
    });
    await expect(running).rejects.toThrow(LeaseLost);
    const before = await find();
    await pass.giveWay();
    await expect(pass.end(lifecycle.handOn)).rejects.toThrow(LeaseLost);
    expect([await find(), record.mock.calls]).toEqual([before, []]);
  });
});
