import { beforeEach, describe, expect, it, vi } from 'vitest';
import { NotAllowedNow, UnknownVideo } from '../../../../functions/deletion/errors.ts';
import type { Tombstones } from '../../../../functions/deletion/ports.ts';
import { change } from '../../../../functions/deletion/record/change.ts';
import { brokenAt, foldedOf, MAX_HISTORY } from '../../../../functions/deletion/record/history.ts';
import { revise, transition } from '../../../../functions/deletion/record/lifecycle.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { aTombstone, aVideoId } from '../../../support/a-tombstone.ts';
import { createMemoryTombstones } from '../../../support/memory-tombstones.ts';

const AT = new Date('2026-11-22T10:00:20.000Z');

describe('change', () => {
  let tombstones: Tombstones;
  let tombstone: Tombstone;
  beforeEach(async () => {
    tombstones = createMemoryTombstones();
    tombstone = aTombstone();
    await tombstones.write(undefined, tombstone);
  });

  it('writes what was decided', async () => {
    await change(tombstones, tombstone.videoId, (current) => revise(current, { attempts: 7 }));
    expect(await tombstones.find(tombstone.videoId)).toMatchObject({ attempts: 7, revision: 2 });
  });

  it('loses no update of writers at the same time', async () => {
    const once = () =>
      change(tombstones, tombstone.videoId, (current) => revise(current, { attempts: current.attempts + 1 }));
    await Promise.all(Array.from({ length: 20 }, once));
    expect(await tombstones.find(tombstone.videoId)).toMatchObject({ attempts: 20, revision: 21 });
  });

  it('decides again on what another has written, though it was told an older state', async () => {
    await change(tombstones, tombstone.videoId, (current) => revise(current, { hidden: true }));
    await change(tombstones, tombstone.videoId, (current) => revise(current, { attempts: 3 }), tombstone);
    expect(await tombstones.find(tombstone.videoId)).toMatchObject({ hidden: true, attempts: 3 });
  });

  it('writes nothing when nothing is to change', async () => {
    const write = vi.fn(tombstones.write);
    await change({ ...tombstones, write }, tombstone.videoId, (current) => current);
    expect(await tombstones.find(tombstone.videoId)).toEqual(tombstone);
    expect(write).not.toHaveBeenCalled();
  });

  it('ends with an error when others write without end', async () => {
    const write = vi.fn(async () => false);
    const changed = change({ ...tombstones, write }, tombstone.videoId, (current) => revise(current, { attempts: 7 }));
    await expect(changed).rejects.toThrow('50 times in a row');
    expect(write).toHaveBeenCalledTimes(50);
  });

  it('refuses an unknown video', async () => {
    await expect(change(tombstones, aVideoId(), (current) => current)).rejects.toThrow(UnknownVideo);
  });
});

describe('transition', () => {
  it('moves, notes it in the history, and keeps the chain whole', () => {
    const begun = transition(aTombstone(), 'begin', { at: AT, by: 'worker' }, { attempts: 1 });
    expect(begun).toMatchObject({ state: 'running', attempts: 1, revision: 2 });
    expect(begun.history.at(-1)).toMatchObject({ at: AT.toISOString(), from: 'pending', to: 'running', by: 'worker' });
    expect(brokenAt(begun.history)).toBeUndefined();
  });

  it('refuses what the state does not allow', () => {
    expect(() => transition(aTombstone(), 'finish', { at: AT, by: 'worker' })).toThrow(NotAllowedNow);
  });

  it('folds the older half of a full history away, and the rest still builds on it', () => {
    let tombstone = aTombstone({ state: 'settling' });
    for (let n = 0; n < 3 * MAX_HISTORY; n++) tombstone = transition(tombstone, 'settle', { at: AT, by: 'worker' });
    expect(tombstone.history.length).toBeLessThanOrEqual(MAX_HISTORY);
    expect(tombstone.history.length + (tombstone.folded?.count ?? 0)).toBe(3 * MAX_HISTORY + 1);
    expect(tombstone.folded?.count).toBe(foldedOf(3 * MAX_HISTORY + 1));
    expect(brokenAt(tombstone.history, tombstone.folded?.hash)).toBeUndefined();
    expect(brokenAt(tombstone.history)).toBe(0);
  });
});
