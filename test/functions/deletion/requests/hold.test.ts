import { describe, expect, it, vi } from 'vitest';
import { UnknownVideo } from '../../../../functions/deletion/errors.ts';
import { legalHoldOf, type StateBeforeHold, type Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { holdVideo, isStopped } from '../../../../functions/deletion/requests/hold-video.ts';
import { releaseVideo } from '../../../../functions/deletion/requests/release-video.ts';
import { aLegalHold, aTombstone, aVideoId } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const NOW = '2026-11-22T10:00:00.000Z';
const LATER = '2026-11-22T10:00:40.000Z';
const LEASE = { owner: 'w', until: LATER };
const REASON = { code: 'litigation', caseNumber: 'A-1' } as const;

async function standing(overrides: Partial<Tombstone>) {
  const { ports, queues } = openMemoryWorld();
  const isAsked = overrides.state !== 'none' && overrides.held?.from !== 'none';
  const stored = aTombstone({ hidden: isAsked, ...overrides });
  const { videoId } = stored;
  await ports.tombstones.write(undefined, stored);
  const record = vi.fn();
  return {
    ...{ stored, record, queues },
    find: () => ports.tombstones.find(videoId),
    hold: (reason = REASON) => holdVideo({ ...ports, metrics: { record } }, { videoId, reason, by: 'admin' }),
    release: () => releaseVideo(ports, { videoId, reason: REASON, by: 'admin' }),
  };
}

describe('a hold', () => {
  it.each(['pending', 'running', 'settling', 'failed', 'cancelled', 'none'] as const)(
    'of a deletion that is %s leaves nothing due, and the tombstone never expires',
    async (state) => {
      const { hold, find, record } = await standing({ state });
      const held = await hold();
      expect(held).toEqual(await find());
      const expected = { ...REASON, by: 'admin', at: NOW };
      expect(held).toMatchObject({ state: 'held', held: { because: 'legalHold', from: state, hold: expected } });
      expect([held.dueAt, held.sweepAt, held.expiresAt]).toEqual([undefined, undefined, undefined]);
      expect(held.history.at(-1)).toMatchObject({ from: state, to: 'held', by: 'admin', detail: REASON });
      expect(record.mock.calls).toEqual([['DeletionsHeld', 1]]);
    },
  );

  it.each(['pending', 'running', 'settling', 'failed'] as const)(
    'of a deletion that is %s and whose video could not be hidden yet leaves that to the sweeper, and nothing else is due',
    async (state) => {
      const held = await (await standing({ state, hidden: false })).hold();
      expect(held).toMatchObject({
        dueAt: undefined,
        sweepAt: expect.toSatisfy((at) => at <= '2026-11-22T10:02:10.000Z'),
      });
    },
  );

  it.each(['cancelled', 'none'] as const)('of what is %s hides nothing', async (state) => {
    const { dueAt, sweepAt } = await (await standing({ state, hidden: false })).hold();
    expect([dueAt, sweepAt]).toEqual([undefined, undefined]);
  });

  it('leaves a worker its lease, until it gives way or the lease runs out', async () => {
    const held = await (await standing({ state: 'running', lease: LEASE })).hold();
    expect(held).toMatchObject({ lease: LEASE, dueAt: undefined, sweepAt: undefined });
  });

  it('leaves the sweeper its time when the worker may never come to hide the video', async () => {
    const lease = { lease: LEASE, sweepAt: '2026-11-22T10:02:20.000Z' };
    expect(await (await standing({ state: 'running', hidden: false, ...lease })).hold()).toMatchObject(lease);
  });

  it.each([
    ['another case', { ...REASON, caseNumber: 'A-2' }],
    ['another code', { ...REASON, code: 'other' }],
  ])('with %s replaces the reason, and counts as no further hold', async (_, reason) => {
    const { hold, record } = await standing({ state: 'running' });
    await hold();
    expect(await hold(reason as typeof REASON)).toMatchObject({ held: { hold: reason, from: 'running' }, revision: 3 });
    expect((await hold(reason as typeof REASON)).revision).toBe(3);
    expect(record).toHaveBeenCalledTimes(1);
  });

  it('of a video that nobody has asked to delete hides nothing and expires with nothing', async () => {
    const { ports, video } = openMemoryWorld();
    const { videoId, ownerId } = await video();
    const row = (await ports.rows.find(ownerId, videoId)).video;
    const held = await holdVideo(ports, { videoId, reason: REASON, by: 'admin', video: row });
    expect(held).toMatchObject({ state: 'held', held: { from: 'none' }, revision: 2, hidden: false });
    expect(held.requests).toMatchObject([{ by: 'admin', reason: 'admin' }]);
    expect([held.dueAt, held.expiresAt, held.undoableUntil]).toEqual([undefined, undefined, NOW]);
  });

  it('of what is neither a video nor a deletion is refused', async () => {
    const { ports } = openMemoryWorld();
    const videoId = aVideoId();
    await expect(holdVideo(ports, { videoId, reason: REASON, by: 'admin' })).rejects.toThrow(UnknownVideo);
    expect(await ports.tombstones.find(videoId)).toBeUndefined();
  });
});

describe('isStopped', () => {
  it.each([
    [true, undefined],
    [false, LATER],
    [false, NOW],
    [false, '2026-11-22T09:55:00.001Z'],
    [true, '2026-11-22T09:55:00.000Z'],
  ])('is %s for a lease until %s', (expected, until) => {
    expect(isStopped(until ? { lease: { owner: 'w', until } } : {}, new Date(NOW))).toBe(expected);
  });
});

describe('a release', () => {
  const held = (from: StateBeforeHold, more: Partial<Tombstone> = {}) =>
    standing({ state: 'held', held: aLegalHold(from), ...more });

  it.each([
    ['none', undefined, 0],
    ['failed', undefined, 0],
    ['cancelled', NOW, 1],
    ['pending', '2026-11-22T10:00:10.000Z', 1],
    ['running', NOW, 1],
    ['settling', '2026-11-22T10:15:00.000Z', 1],
  ] as const)('of a deletion that was %s makes it due %s', async (state, dueAt, messages) => {
    const { release, find, queues } = await held(state);
    const released = await release();
    expect(released).toEqual(await find());
    expect([released.state, legalHoldOf(released)]).toEqual([state, undefined]);
    expect([released.dueAt, queues.cleanup.messages().length]).toEqual([dueAt, messages]);
    expect(released.history.at(-1)).toMatchObject({ from: 'held', to: state, by: 'admin', detail: REASON });
  });

  it('leaves a worker that has not noticed the hold its lease', async () => {
    const { release, queues } = await held('running', { lease: LEASE });
    expect(await release()).toMatchObject({ state: 'running', lease: LEASE, dueAt: NOW });
    // If that worker has crashed, the message arrives when its lease ends.
    expect(queues.cleanup.receive(1)).toEqual([]);
  });

  it('of what is not held changes and sends nothing', async () => {
    const { release, find, stored, queues } = await standing({ state: 'running' });
    expect(await release()).toEqual(stored);
    expect([await find(), queues.cleanup.messages()]).toEqual([stored, []]);
  });
});
