import { describe, expect, it } from 'vitest';
import type { VideoRow } from '../../../../functions/deletion/ports.ts';
import { newTombstone, targetOf } from '../../../../functions/deletion/record/new-tombstone.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { aTombstone, aVideoId } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const AT = new Date('2026-11-22T12:00:00.000Z');
const { ports } = openMemoryWorld();
const videoId = aVideoId();
const video: VideoRow = { ownerId: 'owner', status: 'ready', urls: ['elsewhere/a.mp4'], hidden: false, runs: ['run'] };
const request = { videoId, deletionId: 'new', requestedBy: 'owner', reason: 'owner', at: AT, video } as const;
const made = (previous?: Tombstone) => newTombstone(request, ports.rules, previous);

describe('a new tombstone', () => {
  it('is due at the end of the undo window, with every step before it', () => {
    const tombstone = made();
    expect(tombstone).toMatchObject({ state: 'pending', revision: 1, hidden: false, attempts: 0, receipts: [] });
    expect(tombstone).toMatchObject({ dueAt: '2026-11-22T12:00:10.000Z', undoableUntil: '2026-11-22T12:00:10.000Z' });
    expect(Object.values(tombstone.steps)).toEqual(Array(7).fill({ state: 'waiting', attempts: 0, counts: {} }));
    expect(tombstone.history).toMatchObject([{ from: 'none', to: 'pending', by: 'owner', detail: { code: 'owner' } }]);
  });

  it('of a video that is held is due at once, to be hidden and no more', () => {
    const hold = { code: 'other', caseNumber: '1', by: 'x', at: 'y' } as const;
    const tombstone = made(aTombstone({ state: 'held', heldFrom: 'none', hold }));
    expect(tombstone).toMatchObject({ state: 'held', heldFrom: 'pending', hold, dueAt: AT.toISOString() });
  });

  it('takes over from an undone one its chain and receipts, and nothing of its work', () => {
    const undone = aTombstone({ state: 'cancelled', receipts: ['r'], attempts: 4, hidden: true, late: { objects: 1 } });
    const tombstone = made({
      ...undone,
      interrupted: 2,
      progressed: true,
      edge: { request: 1, paths: [], requestedAt: '' },
    });
    expect(tombstone).toMatchObject({ state: 'pending', revision: 2, receipts: ['r'], attempts: 0, hidden: false });
    expect(tombstone).toMatchObject({ late: {}, interrupted: 0, progressed: false, edge: undefined });
    expect(tombstone.history.map(({ to }) => to)).toEqual(['pending', 'pending']);
  });
});

describe('what has to go', () => {
  it('is found by name where there is no bucket: what the row names is not looked at', () => {
    const { bucket: _, ...files } = ports.rules;
    const named = { prefix: `videos/${videoId}/`, runs: ['run'], strayKeys: [], notOurs: { count: 0 } };
    expect(targetOf({ videoId, video }, files)).toEqual(named);
    expect(targetOf({ videoId, video }, ports.rules).notOurs.count).toBe(1);
  });
});
