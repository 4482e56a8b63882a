import { describe, expect, it, vi } from 'vitest';
import { keepGate } from '../../../../functions/deletion/edge/keep-gate.ts';
import type { Gate } from '../../../../functions/deletion/ports.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { aTombstone, turnedInto } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const NOW = '2026-11-22T10:00:00.000Z';
const ENDED = '2026-11-22T09:00:00.000Z';
const edge = { request: 0, paths: 0, requestedAt: NOW, gatedAt: NOW };

/** Closes or opens the gate of one deletion, which another writer changes during the call. */
async function keep(overrides: Partial<Tombstone>, meanwhile: Partial<Tombstone> = {}) {
  const { ports, queues } = openMemoryWorld({ gate: { ttlSeconds: 600, invalidates: true } });
  const deletion = aTombstone({ state: 'running', ...overrides });
  await ports.tombstones.write(undefined, deletion);
  const write = async () => {
    if (Object.keys(meanwhile).length === 0) return;
    await ports.tombstones.write(deletion, turnedInto(deletion, meanwhile));
  };
  const gate = { close: vi.fn<Gate['close']>(write), open: vi.fn<Gate['open']>(write), isHalfFull: async () => false };
  const failed = await keepGate({ ...ports, gate }, [deletion]);
  const after = await ports.tombstones.find(deletion.videoId);
  return { failed, gate, after, messages: queues.edge.messages().length };
}

describe('a gate that is kept', () => {
  it('is closed for a deletion under way, and that is written down with its time', async () => {
    const { failed, after, messages } = await keep({});
    expect([failed, messages]).toEqual([[], 0]);
    expect(after?.edge).toEqual(edge);
  });

  it('is looked at once more when the deletion was undone meanwhile', async () => {
    expect((await keep({}, { state: 'cancelled' })).messages).toBe(1);
  });

  it('says nothing of the deletion that replaced its own meanwhile and wants the same', async () => {
    const { after, messages } = await keep({}, { deletionId: 'another' });
    expect([after?.edge, messages]).toEqual([undefined, 0]);
  });

  it.each([
    ['opened late', { state: 'cancelled', edge }, { state: 'pending' }, ['open', 'close'], { gatedAt: NOW }],
    ['closed late', {}, { state: 'cancelled' }, ['close', 'open'], { openedAt: NOW }],
  ] satisfies [string, Partial<Tombstone>, Partial<Tombstone>, string[], object][])(
    'and %s, when the next deletion of the video wants it otherwise, is turned back',
    async (_, deletion, next, turns, marks) => {
      const { gate, after, failed } = await keep(deletion, { deletionId: 'another', edge: undefined, ...next });
      const calls = (['close', 'open'] as const).flatMap((turn) =>
        gate[turn].mock.invocationCallOrder.map((order) => ({ order, turn })),
      );
      expect(calls.sort((a, b) => a.order - b.order).map(({ turn }) => turn)).toEqual(turns);
      expect([after?.edge, failed]).toMatchObject([marks, []]);
    },
  );

  it('by two at the same time keeps its first time', async () => {
    const { after } = await keep({}, { edge: { ...edge, gatedAt: ENDED } });
    expect(after?.edge?.gatedAt).toBe(ENDED);
  });

  it.each([
    ['it is closed and wanted closed', { edge }],
    [
      'it was opened long after the undo',
      { state: 'cancelled', edge: { ...edge, openedAt: '2026-11-22T10:01:00.000Z' } },
    ],
    ['it is open and the deletion is done', { state: 'deleted', edge: { ...edge, gatedAt: ENDED, openedAt: NOW } }],
  ] satisfies [string, Partial<Tombstone>][])('is not asked for anything when %s', async (_, overrides) => {
    const { gate, after } = await keep(overrides);
    expect([gate.close.mock.calls, gate.open.mock.calls, after?.revision]).toEqual([[], [], 1]);
  });

  it('is opened at the end: then nothing is due, unless an event was not sent', async () => {
    const done = { state: 'deleted', edge: { ...edge, gatedAt: ENDED }, dueAt: NOW, sweepAt: NOW } as const;
    const { after } = await keep(done);
    expect([after?.edge?.openedAt, after?.dueAt, after?.sweepAt]).toEqual([NOW, undefined, undefined]);
    const event = { id: 'e', type: 'VideoDeleted', at: NOW } as const;
    const left = (await keep({ ...done, outbox: [event] })).after;
    expect([left?.edge?.openedAt, left?.dueAt, left?.sweepAt]).toEqual([NOW, undefined, NOW]);
  });

  it('is opened for an undone deletion, which stays due for the look at its video', async () => {
    const { after } = await keep({ state: 'cancelled', edge, dueAt: NOW, sweepAt: NOW });
    expect([after?.edge?.openedAt, after?.dueAt, after?.sweepAt]).toEqual([NOW, NOW, '2026-11-22T10:02:00.000Z']);
  });
});

describe('a gate that is half full', () => {
  const A_MONTH = 30 * 86_400;
  const inSeconds = (seconds: number) => new Date(Date.parse(NOW) + seconds * 1000).toISOString();
  const waitingFor = (seconds: number) =>
    aTombstone({ state: 'pending', undoableUntil: inSeconds(seconds), dueAt: inSeconds(seconds), hidden: true });

  async function keepAll(deletions: Tombstone[], isHalfFull: () => Promise<boolean>) {
    const { ports } = openMemoryWorld({ gate: { ttlSeconds: 600, invalidates: true } });
    for (const deletion of deletions) await ports.tombstones.write(undefined, deletion);
    const record = vi.fn();
    const gate = { close: async () => {}, open: async () => {}, isHalfFull };
    const failed = await keepGate({ ...ports, metrics: { record }, gate }, deletions);
    const after = await Promise.all(deletions.map(({ videoId }) => ports.tombstones.find(videoId)));
    return { failed, after: after.map((one) => one?.edge), recorded: record.mock.calls };
  }

  it('is closed only for those whose work begins soon; the others say so, in state and metric', async () => {
    const deletions = [waitingFor(A_MONTH), waitingFor(60), aTombstone({ state: 'running' })];
    const { failed, after, recorded } = await keepAll(deletions, async () => true);
    expect(failed).toEqual([]);
    expect(after[0]).toMatchObject({ ungatedAt: NOW });
    expect(after[0]).not.toHaveProperty('gatedAt');
    expect(after.slice(1)).toMatchObject([{ gatedAt: NOW }, { gatedAt: NOW }]);
    expect(recorded).toContainEqual(['GateNotClosed', 1]);
  });

  it('is closed when the work is due after all, and the mark goes', async () => {
    const edge = { request: 0, paths: 0, requestedAt: NOW, ungatedAt: NOW };
    const { after } = await keepAll([{ ...waitingFor(5), edge }], async () => true);
    expect(after).toEqual([{ request: 0, paths: 0, requestedAt: NOW, gatedAt: NOW }]);
  });

  it.each([
    ['has room', async () => false],
    ['does not say how full it is', async () => Promise.reject(new Error('down'))],
  ])('and a gate that %s is closed for all', async (_, isHalfFull) => {
    const { after, recorded } = await keepAll([waitingFor(A_MONTH)], isHalfFull);
    expect(after).toMatchObject([{ gatedAt: NOW }]);
    expect(recorded).toEqual([]);
  });
});
