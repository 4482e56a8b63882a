import { beforeEach, describe, expect, it, vi } from 'vitest';
import { InvariantBroken, NotAllowedNow, UnknownVideo } from '../../../../functions/deletion/errors.ts';
import type { MetricName, Tombstones } from '../../../../functions/deletion/ports.ts';
import { type ChangePorts, change, create } from '../../../../functions/deletion/record/change.ts';
import { brokenAt, foldedOf, MAX_HISTORY } from '../../../../functions/deletion/record/history.ts';
import * as lifecycle from '../../../../functions/deletion/record/lifecycle.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { revise, transition } from '../../../../functions/deletion/record/transition.ts';
import { aTombstone, aVideoId } from '../../../support/a-tombstone.ts';
import { createMemoryTombstones } from '../../../support/memory-tombstones.ts';
import { RULES } from '../../../support/rules.ts';

const AT = new Date('2026-11-22T10:00:20.000Z');
const NOW = { at: AT, rules: RULES };

describe('change', () => {
  let tombstones: Tombstones;
  let ports: ChangePorts;
  let tombstone: Tombstone;
  let figures: [MetricName, number][];
  beforeEach(async () => {
    tombstones = createMemoryTombstones();
    figures = [];
    const metrics = { record: (name: MetricName, value: number) => void figures.push([name, value]) };
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    ports = { tombstones, clock: () => AT, rules: RULES, log, metrics };
    tombstone = aTombstone();
    await tombstones.write(undefined, tombstone);
  });

  it('writes what was decided', async () => {
    await change(ports, tombstone.videoId, (current, now) => revise(current, { attempts: 7 }, now));
    expect(await tombstones.find(tombstone.videoId)).toMatchObject({ attempts: 7, revision: 2 });
  });

  it('loses no update of writers at the same time', async () => {
    const once = () =>
      change(ports, tombstone.videoId, (current, now) =>
        revise(current, { interrupted: current.interrupted + 1 }, now),
      );
    await Promise.all(Array.from({ length: 20 }, once));
    expect(await tombstones.find(tombstone.videoId)).toMatchObject({ interrupted: 20, revision: 21 });
  });

  it('decides again on what another has written, though it was told an older state', async () => {
    await change(ports, tombstone.videoId, (current, now) => revise(current, { hidden: true }, now));
    await change(ports, tombstone.videoId, (current, now) => revise(current, { attempts: 3 }, now), tombstone);
    expect(await tombstones.find(tombstone.videoId)).toMatchObject({ hidden: true, attempts: 3 });
  });

  it('writes nothing when nothing is to change', async () => {
    const write = vi.fn(tombstones.write);
    await change({ ...ports, tombstones: { ...tombstones, write } }, tombstone.videoId, (current) => current);
    expect(await tombstones.find(tombstone.videoId)).toEqual(tombstone);
    expect(write).not.toHaveBeenCalled();
  });

  it('ends with an error when others write without end', async () => {
    const write = vi.fn(async () => false);
    const racing = { ...ports, tombstones: { ...tombstones, write } };
    const changed = change(racing, tombstone.videoId, (current, now) => revise(current, { attempts: 7 }, now));
    await expect(changed).rejects.toThrow('50 times in a row');
    expect(write).toHaveBeenCalledTimes(50);
  });

  it('refuses an unknown video', async () => {
    await expect(change(ports, aVideoId(), (current) => current)).rejects.toThrow(UnknownVideo);
  });

  it('says what stood before, and what stands now', async () => {
    const { before, after } = await change(ports, tombstone.videoId, (current, now) => revise(current, {}, now));
    expect([before, after.revision]).toEqual([tombstone, 2]);
    const same = await change(ports, tombstone.videoId, (current) => current);
    expect(same.before).toBe(same.after);
  });

  it('creates the first tombstone of a video without a read, and reads one that another has created', async () => {
    const find = vi.fn(tombstones.find);
    const counting = { ...ports, tombstones: { ...tombstones, find } };
    const first = aTombstone();
    expect(await create(counting, first.videoId, (current) => current ?? first)).toEqual({ after: first });
    expect(find).not.toHaveBeenCalled();
    const second = aTombstone({ videoId: first.videoId });
    expect((await create(counting, first.videoId, (current) => current ?? second)).after).toEqual(first);
  });

  describe('an invariant that is broken', () => {
    const breaking = (changes: Partial<Tombstone>) => (current: Tombstone, now: typeof NOW) => ({
      ...revise(current, {}, now),
      ...changes,
    });
    const notDue = breaking({ dueAt: undefined });

    it('is never written, and rings the alarm', async () => {
      await expect(change(ports, tombstone.videoId, notDue)).rejects.toThrow(InvariantBroken);
      expect(await tombstones.find(tombstone.videoId)).toEqual(tombstone);
      expect(figures).toEqual([['InvariantsBroken', expect.any(Number)]]);
    });

    it('is written where the stored tombstone was broken before: the deletion must go on', async () => {
      const broken = { ...tombstone, revision: 2, dueAt: undefined };
      await tombstones.write(tombstone, broken);
      const { after } = await change(ports, tombstone.videoId, breaking({ dueAt: undefined, sweepAt: broken.sweepAt }));
      expect(await tombstones.find(tombstone.videoId)).toMatchObject({ revision: after.revision });
      await expect(change({ ...ports, isStrict: true }, tombstone.videoId, notDue)).rejects.toThrow(InvariantBroken);
    });

    it('does not keep a hold from being written', async () => {
      const held = (current: Tombstone, now: typeof NOW) => ({
        ...lifecycle.hold(current, { by: 'admin', reason: { code: 'other', caseNumber: '1' } }, now),
        requests: [],
      });
      await change(ports, tombstone.videoId, held);
      expect(await tombstones.find(tombstone.videoId)).toMatchObject({ state: 'held' });
    });

    it('does not keep a deletion from being given up', async () => {
      const running = aTombstone({ state: 'running', dueAt: AT.toISOString() });
      await tombstones.write(undefined, running);
      await change(ports, running.videoId, (current, now) => ({ ...lifecycle.giveUp(current, now), requests: [] }));
      expect(await tombstones.find(running.videoId)).toMatchObject({ state: 'failed' });
    });
  });
});

describe('transition', () => {
  it('moves, notes it in the history, and keeps the chain whole', () => {
    const begun = transition(aTombstone(), 'begin', { by: 'worker' }, { attempts: 1 }, NOW);
    expect(begun).toMatchObject({ state: 'running', attempts: 1, revision: 2 });
    expect(begun.history.at(-1)).toMatchObject({ at: AT.toISOString(), from: 'pending', to: 'running', by: 'worker' });
    expect(brokenAt(begun.history)).toBeUndefined();
  });

  it('refuses what the state does not allow', () => {
    expect(() => transition(aTombstone(), 'finish', { by: 'worker' }, {}, NOW)).toThrow(NotAllowedNow);
  });

  it('folds the older half of a full history away, and the rest still builds on it', () => {
    let tombstone = aTombstone({ state: 'settling' });
    const length = tombstone.history.length + 3 * MAX_HISTORY;
    for (let n = 0; n < 3 * MAX_HISTORY; n++) tombstone = transition(tombstone, 'settle', { by: 'worker' }, {}, NOW);
    expect(tombstone.history.length).toBeLessThanOrEqual(MAX_HISTORY);
    expect(tombstone.history.length + (tombstone.folded?.count ?? 0)).toBe(length);
    expect(tombstone.folded?.count).toBe(foldedOf(length));
    expect(brokenAt(tombstone.history, tombstone.folded?.hash)).toBeUndefined();
    expect(brokenAt(tombstone.history)).toBe(0);
  });
});
