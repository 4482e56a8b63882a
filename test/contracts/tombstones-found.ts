import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { InvalidCursor } from '../../functions/deletion/errors.ts';
import type { TombstoneLists, TombstoneQuery, Tombstones } from '../../functions/deletion/ports.ts';
import { append } from '../../functions/deletion/record/history.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { aTombstone } from '../support/a-tombstone.ts';

const LATER = '2026-11-22T10:05:00.000Z';
const NOW = new Date('2026-11-22T12:00:00.000Z');
const MOMENT = '2026-11-02T08:00:00.000Z';
const LAST = '2026-11-22T11:59:59.000Z';

/** `due` and `list` of every table of tombstones. Indexes may lag behind the table, so what they show is waited for. */
export function tombstonesFound(tombstones: () => Tombstones & TombstoneLists): void {
  async function stored(overrides: Partial<Tombstone> = {}): Promise<Tombstone> {
    const tombstone = aTombstone(overrides);
    expect(await tombstones().write(undefined, tombstone)).toBe(true);
    return tombstone;
  }

  describe('due', () => {
    async function dueAt(at: string): Promise<string[]> {
      const ids: string[] = [];
      for await (const id of tombstones().due(new Date(at))) ids.push(id);
      return ids;
    }

    it('names what is overdue or due at that moment, wherever it is kept, and nothing that is due later', async () => {
      const due = await Promise.all(Array.from({ length: 20 }, () => stored({ sweepAt: LATER })));
      const ids = due.map(({ videoId }) => videoId);
      await expect.poll(() => dueAt(LATER)).toEqual(expect.arrayContaining(ids));
      expect(await dueAt('2026-11-22T10:04:59.999Z')).not.toEqual(expect.arrayContaining([expect.toBeOneOf(ids)]));
    });

    it('names nothing whose sweepAt was moved on or taken away', async () => {
      const [moved, closed] = [await stored(), await stored()];
      const ids = [moved.videoId, closed.videoId];
      await expect.poll(() => dueAt(LATER)).toEqual(expect.arrayContaining(ids));
      await tombstones().write(moved, { ...moved, revision: 2, sweepAt: '2026-11-22T11:00:00.000Z' });
      const { sweepAt: _, ...rest } = closed;
      await tombstones().write(closed, { ...rest, revision: 2 });
      await expect.poll(() => dueAt(LATER)).not.toEqual(expect.arrayContaining([expect.toBeOneOf(ids)]));
      expect(await dueAt('2026-11-22T11:00:00.000Z')).toContain(moved.videoId);
    });
  });

  describe('oldestOpen', () => {
    const LONG_AGO = '2020-01-01T00:00:00.000Z';
    const BEFORE_THAT = '2019-01-01T00:00:00.000Z';
    const oldest = async () => (await tombstones().oldestOpen(NOW))?.toISOString();

    it.each(['pending', 'running', 'settling'] as const)('finds a deletion that is %s until it ends', async (state) => {
      const open = await stored({ state, undoableUntil: LONG_AGO });
      await stored({ state, undoableUntil: '2020-01-02T00:00:00.000Z' });
      await expect.poll(oldest).toBe(LONG_AGO);
      await tombstones().write(open, { ...open, revision: 2, state: 'deleted' });
      await expect.poll(oldest).not.toBe(LONG_AGO);
    });

    it('counts from when it was opened last, by a replay, a release or a re-deletion', async () => {
      const requested = aTombstone({ state: 'running', undoableUntil: BEFORE_THAT });
      const replayed = { at: LONG_AGO, from: 'failed', to: 'running', by: 'operator' };
      const { videoId } = await stored({ ...requested, history: append(requested.history, replayed) });
      await expect.poll(oldest).toBe(LONG_AGO);
      const open = await tombstones().find(videoId);
      if (open) await tombstones().write(open, { ...open, revision: open.revision + 1, state: 'deleted' });
      await expect.poll(oldest).not.toBe(LONG_AGO);
    });

    it('leaves out what waits for somebody and what has ended', async () => {
      const open = await stored({ undoableUntil: LONG_AGO });
      for (const state of ['failed', 'held', 'deleted', 'cancelled', 'none'] as const)
        await stored({ state, undoableUntil: BEFORE_THAT });
      await expect.poll(oldest).toBe(LONG_AGO);
      await tombstones().write(open, { ...open, revision: 2, state: 'failed' });
    });
  });

  describe('oldestOpen among many that wait', () => {
    it('finds the one whose window is over, though hundreds that were requested earlier still wait', async () => {
      const NOW = new Date('2019-06-01T00:00:00.000Z');
      const waiting = { state: 'pending', requestedAt: '2019-01-01T00:00:00.000Z' } as const;
      await Promise.all(
        Array.from({ length: 150 }, () => stored({ ...waiting, undoableUntil: '2019-07-01T00:00:00.000Z' })),
      );
      const since = '2019-05-01T00:00:00.000Z';
      const stuck = await stored({ state: 'pending', requestedAt: '2019-04-30T00:00:00.000Z', undoableUntil: since });
      await expect.poll(async () => (await tombstones().oldestOpen(NOW))?.toISOString()).toBe(since);
      await tombstones().write(stuck, { ...stuck, revision: 2, state: 'failed' });
      await expect.poll(async () => await tombstones().oldestOpen(NOW)).toBeUndefined();
    });
  });

  describe('list', () => {
    /** All pages, one after the other. */
    async function listAll(query: Omit<TombstoneQuery, 'at'>): Promise<{ ids: string[]; sizes: number[] }> {
      const pages: Tombstone[][] = [];
      let cursor: string | undefined;
      do {
        const page = await tombstones().list({ at: NOW, ...query, ...(cursor === undefined ? {} : { cursor }) });
        pages.push(page.tombstones);
        cursor = page.cursor;
      } while (cursor !== undefined);
      return { ids: pages.flat().map(({ videoId }) => videoId), sizes: pages.map((page) => page.length) };
    }

    /** Tombstones of one new owner, the oldest first. */
    async function storedOfOneOwner(overrides: Partial<Tombstone>[]): Promise<Tombstone[]> {
      const ownerId = uuidv7();
      return Promise.all(
        overrides.map((override, second) =>
          stored({ ownerId, requestedAt: `2026-11-22T10:00:${10 + second}.000Z`, ...override }),
        ),
      );
    }

    it("pages through an owner's tombstones, the newest first, each once", async () => {
      const all = await storedOfOneOwner(Array.from({ length: 7 }, () => ({})));
      const query = { ownerId: all[0]?.ownerId ?? '', limit: 3 };
      const newestFirst = all.map(({ videoId }) => videoId).reverse();
      await expect.poll(() => listAll(query)).toEqual({ ids: newestFirst, sizes: [3, 3, 1] });
    });

    it('hands out whole tombstones, and no cursor with the last', async () => {
      const [only] = await storedOfOneOwner([{}]);
      await expect
        .poll(() => tombstones().list({ at: NOW, ownerId: only?.ownerId ?? '', limit: 1 }))
        .toEqual({ tombstones: [only] });
    });

    it("fills a page with an owner's tombstones of one state", async () => {
      const states = ['deleted', 'pending', 'pending', 'deleted', 'pending', 'deleted'] as const;
      const all = await storedOfOneOwner(states.map((state) => ({ state })));
      const deleted = all.filter(({ state }) => state === 'deleted').map(({ videoId }) => videoId);
      const query = { ownerId: all[0]?.ownerId ?? '', states: ['deleted'] as const, limit: 2 } as const;
      await expect.poll(() => listAll(query)).toEqual({ ids: deleted.reverse(), sizes: [2, 1] });
    });

    it.each(['failed', 'held'] as const)(
      'lists what is %s, the newest first, until it is not any more',
      async (state) => {
        const all = await storedOfOneOwner([{ state }, { state: 'running' }, { state }, { state }]);
        const ids = all.filter((tombstone) => tombstone.state === state).map(({ videoId }) => videoId);
        const own = async () =>
          (await listAll({ states: [state], limit: 2 })).ids.filter((id) => ids.some((one) => one === id));
        await expect.poll(own).toEqual(ids.toReversed());
        const [left] = all;
        if (left) await tombstones().write(left, { ...left, revision: 2, state: 'running' });
        await expect.poll(own).toEqual(ids.slice(1).reverse());
      },
    );

    it('lists every tombstone of any other state, and all of them', async () => {
      const all = await storedOfOneOwner([{ state: 'settling' }, { state: 'running' }, { state: 'settling' }]);
      const ids = all.map(({ videoId }) => videoId);
      const settling = async () => (await listAll({ states: ['settling'], limit: 1 })).ids;
      await expect.poll(settling).toEqual(expect.arrayContaining([ids[0], ids[2]]));
      expect(await settling()).not.toContain(ids[1]);
      const { ids: every } = await listAll({ limit: 10 });
      expect(every).toEqual(expect.arrayContaining(ids));
      expect(new Set(every).size).toBe(every.length);
    });

    it('lists all of them newest first, month by month, each once, though many have one moment', async () => {
      const times = ['2026-09-30T23:59:59.999Z', '2026-10-01T00:00:00.000Z', '2026-10-31T10:00:00.000Z', MOMENT, LAST];
      const all = await storedOfOneOwner(
        [...times, ...Array.from({ length: 25 }, () => MOMENT)].map((requestedAt) => ({
          requestedAt,
          ownerId: uuidv7(),
        })),
      );
      const wanted = new Set<string>(all.map(({ videoId }) => videoId));
      const order = (a: Tombstone, b: Tombstone) =>
        `${a.requestedAt} ${a.videoId}` < `${b.requestedAt} ${b.videoId}` ? 1 : -1;
      const newestFirst = all.toSorted(order).map(({ videoId }) => videoId);
      const own = async () => (await listAll({ limit: 7 })).ids.filter((id) => wanted.has(id));
      await expect.poll(own).toEqual(newestFirst);
    });

    it('lists what was requested in a period: from its beginning, and not at its end', async () => {
      const [from, to] = ['2026-03-10T00:00:00.000Z', '2026-04-10T00:00:00.000Z'];
      const all = await Promise.all(
        ['2026-03-09T23:59:59.999Z', from, '2026-03-31T00:00:00.000Z', '2026-04-09T23:59:59.999Z', to].map(
          (requestedAt) => stored({ requestedAt, state: 'deleted' }),
        ),
      );
      const inside = all
        .slice(1, 4)
        .map(({ videoId }) => videoId)
        .reverse();
      await expect.poll(async () => (await listAll({ since: from, until: to, limit: 2 })).ids).toEqual(inside);
      const { ownerId } = all[2] as Tombstone;
      await expect
        .poll(async () => (await listAll({ ownerId, since: from, until: to, limit: 2 })).ids)
        .toEqual([all[2]?.videoId]);
      expect((await listAll({ since: to, until: from, limit: 2 })).ids).toEqual([]);
    });

    it('tells those that wait from those that are open, and finds the overdue ones', async () => {
      const at = (day: number) => `2018-0${day}-01T00:00:00.000Z`;
      const waits = await stored({ state: 'pending', requestedAt: at(1), undoableUntil: '2030-01-01T00:00:00.000Z' });
      const over = await stored({ state: 'pending', requestedAt: at(1), undoableUntil: at(2) });
      const works = await stored({ state: 'running', requestedAt: at(1), undoableUntil: at(3) });
      const settles = await stored({ state: 'settling', requestedAt: at(1), undoableUntil: at(4) });
      const failed = await stored({ state: 'failed', requestedAt: at(1), undoableUntil: at(1) });
      const ours = [waits, over, works, settles, failed].map(({ videoId }): string => videoId);
      const own = async (query: Omit<TombstoneQuery, 'at' | 'limit'>) =>
        (await listAll({ ...query, limit: 50 })).ids.filter((id) => ours.includes(id));
      await expect.poll(() => own({ phase: 'waiting' })).toEqual([waits.videoId]);
      await expect.poll(() => own({ phase: 'open' })).toEqual([settles, works, over].map(({ videoId }) => videoId));
      expect(await own({ openBefore: at(3) })).toEqual([works.videoId, over.videoId]);
      expect(await own({ states: ['failed', 'running'] })).toEqual([works.videoId, failed.videoId]);
      expect(await own({ phase: 'open', states: ['pending'] })).toEqual([over.videoId]);
      for (const one of [waits, over, works, settles])
        await tombstones().write(one, { ...one, revision: 2, state: 'deleted' });
    });

    it('refuses the cursor of another list', async () => {
      await storedOfOneOwner([{}, {}]);
      await expect.poll(async () => (await tombstones().list({ at: NOW, limit: 1 })).cursor).toBeDefined();
      const { cursor = '' } = await tombstones().list({ at: NOW, limit: 1 });
      for (const filter of [{ states: ['deleted'] as const }, { phase: 'open' as const }, { since: MOMENT }])
        await expect(tombstones().list({ at: NOW, limit: 1, ...filter, cursor })).rejects.toThrow(InvalidCursor);
    });

    it('refuses a cursor that it did not make', async () => {
      const other = Buffer.from(JSON.stringify({ videoId: 'videos/' })).toString('base64url');
      for (const cursor of ['', 'nonsense', other]) {
        await expect(tombstones().list({ at: NOW, limit: 1, cursor })).rejects.toThrow(InvalidCursor);
        await expect(tombstones().list({ at: NOW, ownerId: uuidv7(), limit: 1, cursor })).rejects.toThrow(
          InvalidCursor,
        );
      }
    });

    it("refuses the cursor of another owner's list", async () => {
      const all = await storedOfOneOwner([{}, {}]);
      const query = { at: NOW, ownerId: all[0]?.ownerId ?? '', limit: 1 };
      await expect.poll(async () => (await tombstones().list(query)).cursor).toBeDefined();
      const { cursor } = await tombstones().list(query);
      await expect(tombstones().list({ at: NOW, ownerId: uuidv7(), limit: 1, cursor })).rejects.toThrow(InvalidCursor);
    });
  });

  describe('standing', () => {
    it('counts what waits, is open, has failed and is held, and follows what changes', async () => {
      const before = await tombstones().standing(NOW);
      const waits = await stored({ state: 'pending', undoableUntil: '2031-01-01T00:00:00.000Z' });
      const states = ['running', 'settling', 'failed', 'held', 'deleted', 'cancelled'] as const;
      const [running] = await Promise.all(states.map((state) => stored({ state, undoableUntil: LATER })));
      const plus = (waiting: number, open: number, failed: number, held: number) => ({
        waiting: before.waiting + waiting,
        open: before.open + open,
        failed: before.failed + failed,
        held: before.held + held,
      });
      await expect.poll(() => tombstones().standing(NOW)).toEqual(plus(1, 2, 1, 1));
      for (const one of [waits, running as Tombstone])
        await tombstones().write(one, { ...one, revision: 2, state: 'failed' });
      await expect.poll(() => tombstones().standing(NOW)).toEqual(plus(0, 1, 3, 1));
    });
  });

  it('counts what waits until this moment as open, once', async () => {
    const before = await tombstones().standing(NOW);
    const one = await stored({ state: 'pending', undoableUntil: NOW.toISOString() });
    await expect.poll(() => tombstones().standing(NOW)).toEqual({ ...before, open: before.open + 1 });
    const ids = async (phase: 'waiting' | 'open') =>
      (await tombstones().list({ at: NOW, phase, limit: 100 })).tombstones.map(({ videoId }) => videoId);
    expect(await ids('waiting')).not.toContain(one.videoId);
    expect(await ids('open')).toContain(one.videoId);
    await tombstones().write(one, { ...one, revision: 2, state: 'deleted' });
  });

  it('a period that ends in a thousand years is no more to read', async () => {
    const page = await tombstones().list({
      at: NOW,
      since: '2026-11-30T00:00:00.000Z',
      until: '3000-01-01T00:00:00.000Z',
      limit: 5,
    });
    expect(page).toEqual({ tombstones: [] });
  });

  describe('every', () => {
    it('hands out each tombstone, also one of long ago', async () => {
      const all = [await stored(), await stored({ requestedAt: '2001-01-01T00:00:00.000Z' })];
      const found: string[] = [];
      for await (const { videoId } of tombstones().every()) found.push(videoId);
      expect(found).toEqual(expect.arrayContaining(all.map(({ videoId }) => videoId)));
      expect(new Set(found).size).toBe(found.length);
    });
  });
}
