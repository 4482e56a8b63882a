import { describe, expect, it } from 'vitest';
import * as lifecycle from '../../../../functions/deletion/record/lifecycle.ts';
import { waitingSteps } from '../../../../functions/deletion/record/steps.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { aLegalHold, aTombstone, aVideoId } from '../../../support/a-tombstone.ts';
import { RULES } from '../../../support/rules.ts';

const AT = new Date('2026-11-22T12:00:00.000Z');
const END = '2026-11-22T12:00:10.000Z';
const videoId = aVideoId();
const target = { prefix: `videos/${videoId}/`, strayKeys: [], notOurs: { count: 0 }, runs: ['run'] };
const asked = {
  videoId,
  deletionId: 'new',
  ownerId: 'owner',
  by: 'owner',
  reason: 'owner',
  wasPublic: true,
  target,
} as const;
const made = (previous?: Tombstone) => lifecycle.request(asked, { at: AT, rules: RULES }, previous);

describe('a requested deletion', () => {
  it('is due at the end of the undo window, with every step before it', () => {
    const tombstone = made();
    expect(tombstone).toMatchObject({
      state: 'pending',
      revision: 1,
      hidden: false,
      attempts: 0,
      receipts: [],
      target,
    });
    expect(tombstone).toMatchObject({ dueAt: END, undoableUntil: END });
    expect(tombstone.requests).toEqual([{ by: 'owner', reason: 'owner', at: AT.toISOString(), until: END }]);
    expect(Object.values(tombstone.steps)).toEqual(Array(7).fill({ state: 'waiting', attempts: 0, counts: {} }));
    expect(tombstone.history).toMatchObject([{ from: 'none', to: 'pending', by: 'owner', detail: { code: 'owner' } }]);
  });

  it('of a video that is held has nothing due, but the sweeper comes to hide the video', () => {
    const tombstone = made(aTombstone({ state: 'held', held: aLegalHold('none') }));
    expect(tombstone).toMatchObject({ state: 'held', held: aLegalHold('pending'), dueAt: undefined });
    expect(tombstone.sweepAt).toBe('2026-11-22T12:02:00.000Z');
  });

  it('takes over from an undone one its chain and receipts, and nothing of its work', () => {
    const undone = aTombstone({ state: 'cancelled', receipts: ['r'], attempts: 4, hidden: true, late: { objects: 1 } });
    const edge = { request: 1, paths: 0, requestedAt: '' };
    const tombstone = made({ ...undone, interrupted: 2, progressed: true, restores: 1, edgeRequests: 1, edge });
    expect(tombstone).toMatchObject({ state: 'pending', revision: 2, receipts: ['r'], attempts: 0, hidden: false });
    const begun = { late: {}, interrupted: 0, progressed: false, restores: 0, edgeRequests: 0, steps: waitingSteps() };
    expect(tombstone).toMatchObject(begun);
    expect(tombstone).not.toHaveProperty('edge');
    expect(tombstone.history.map(({ to }) => to)).toEqual(['pending', 'cancelled', 'pending']);
  });
});
