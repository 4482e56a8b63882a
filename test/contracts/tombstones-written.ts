import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { Tombstones } from '../../functions/deletion/ports.ts';
import { append, brokenAt } from '../../functions/deletion/record/history.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { aTombstone, aVideoId } from '../support/a-tombstone.ts';

const LATER = '2026-11-22T10:05:00.000Z';

/** `find` and `write` of every table of tombstones. */
export function tombstonesWritten(tombstones: () => Tombstones): void {
  async function stored(overrides: Partial<Tombstone> = {}): Promise<Tombstone> {
    const tombstone = aTombstone(overrides);
    expect(await tombstones().write(undefined, tombstone)).toBe(true);
    return tombstone;
  }

  describe('find and write', () => {
    it('finds nothing where nothing was written', async () => {
      expect(await tombstones().find(aVideoId())).toBeUndefined();
    });

    it('finds what was written', async () => {
      const tombstone = await stored({
        edge: { request: 1, paths: 1, callerReference: 'r', requestedAt: LATER },
      });
      expect(await tombstones().find(tombstone.videoId)).toEqual(tombstone);
    });

    it('hands out what its reader may change without changing what is stored', async () => {
      const tombstone = await stored();
      (await tombstones().find(tombstone.videoId))?.target.strayKeys.push('originals/other.mp4');
      expect(await tombstones().find(tombstone.videoId)).toEqual(tombstone);
    });

    it('lets exactly one of several first writes through', async () => {
      const videoId = aVideoId();
      const candidates = [1, 2, 3, 4].map(() => aTombstone({ videoId }));
      const outcomes = await Promise.all(candidates.map((candidate) => tombstones().write(undefined, candidate)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect(await tombstones().find(videoId)).toEqual(candidates[outcomes.indexOf(true)]);
    });

    it('changes, adds and takes away attributes', async () => {
      const before = await stored({ state: 'held' });
      const { held: _, ...rest } = before;
      const after: Tombstone = {
        ...rest,
        revision: 2,
        state: 'running',
        hidden: true,
        hiddenAt: LATER,
        lease: undefined,
        steps: { ...before.steps, hide: { state: 'done', attempts: 1, counts: { keys: 1 }, finishedAt: LATER } },
      };
      expect(await tombstones().write(before, after)).toBe(true);
      const found = await tombstones().find(before.videoId);
      expect(found).toEqual(after);
      expect(found).not.toHaveProperty('held');
    });

    it('lets exactly one of several writes on one revision through', async () => {
      const before = await stored();
      const candidates = ['a', 'b', 'c', 'd'].map(
        (owner): Tombstone => ({ ...before, revision: 2, lease: { owner, until: LATER } }),
      );
      const outcomes = await Promise.all(candidates.map((candidate) => tombstones().write(before, candidate)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect(await tombstones().find(before.videoId)).toEqual(candidates[outcomes.indexOf(true)]);
    });

    it('refuses a write on an older revision, and on what is not there', async () => {
      const first = await stored();
      const second: Tombstone = { ...first, revision: 2, state: 'running' };
      await tombstones().write(first, second);
      expect(await tombstones().write(first, { ...first, revision: 2, state: 'held' })).toBe(false);
      expect(await tombstones().find(first.videoId)).toEqual(second);

      const absent = aTombstone();
      expect(await tombstones().write(absent, { ...absent, revision: 2 })).toBe(false);
      expect(await tombstones().find(absent.videoId)).toBeUndefined();
    });

    it('tells two writers apart who write the same', async () => {
      const before = await stored();
      const same: Tombstone = { ...before, revision: 2, attempts: 1 };
      const outcomes = await Promise.all([1, 2, 3].map(() => tombstones().write(before, same)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
    });
  });

  describe('a request that replaces a cancelled deletion', () => {
    it('takes its place and continues its chain', async () => {
      const { cancelled, replacement } = await replacedOne();
      expect(await tombstones().find(cancelled.videoId)).toEqual(replacement);
      expect(brokenAt(replacement.history)).toBeUndefined();
    });

    it('is safe from writers of the old one, even at an equal revision', async () => {
      const { cancelled, replacement } = await replacedOne();
      expect(
        await tombstones().write(cancelled, { ...cancelled, revision: 2, lease: { owner: 'late', until: LATER } }),
      ).toBe(false);
      const old: Tombstone = { ...cancelled, revision: replacement.revision };
      expect(await tombstones().write(old, { ...old, revision: 3, lease: { owner: 'late', until: LATER } })).toBe(
        false,
      );
      expect(await tombstones().find(cancelled.videoId)).toEqual(replacement);
    });

    async function replacedOne() {
      const cancelled = await stored({ state: 'cancelled' });
      const entry = { at: LATER, from: 'cancelled', to: 'pending', by: cancelled.ownerId };
      const replacement: Tombstone = {
        ...cancelled,
        deletionId: uuidv7(),
        revision: 2,
        state: 'pending',
        requestedAt: LATER,
        history: append(cancelled.history, entry),
      };
      expect(await tombstones().write(cancelled, replacement)).toBe(true);
      return { cancelled, replacement };
    }
  });

  describe('history', () => {
    it('keeps its entries when more are added', async () => {
      let tombstone = await stored();
      for (const to of ['running', 'settling', 'deleted']) {
        const entry = { at: LATER, from: tombstone.state, to, by: 'worker', detail: { objects: 3 } };
        const next = { ...tombstone, revision: tombstone.revision + 1, history: append(tombstone.history, entry) };
        expect(await tombstones().write(tombstone, next)).toBe(true);
        tombstone = next;
      }
      const history = (await tombstones().find(tombstone.videoId))?.history ?? [];
      expect(history.map(({ to }) => to)).toEqual(['pending', 'running', 'settling', 'deleted']);
      expect(brokenAt(history)).toBeUndefined();
    });

    it('can be folded', async () => {
      const long = append(aTombstone().history, { at: LATER, from: 'pending', to: 'running', by: 'worker' });
      const before = await stored({ history: long });
      const folded = { count: 1, hash: long[0]?.hash ?? '' };
      const after: Tombstone = { ...before, revision: 2, folded, history: long.slice(1) };
      expect(await tombstones().write(before, after)).toBe(true);
      expect(await tombstones().find(before.videoId)).toEqual(after);
    });
  });
}
