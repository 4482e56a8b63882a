import { describe, expect, it, vi } from 'vitest';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { hideNow } from '../../../../functions/deletion/work/hide-now.ts';
import { aLegalHold, aTombstone, turnedInto } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

/** Hides the video of a deletion that was pending when it was read, but has changed since. */
async function hideAfter(meanwhile: Partial<Tombstone>) {
  const { ports, advance } = openMemoryWorld();
  const seen = aTombstone();
  const stored = turnedInto(seen, meanwhile);
  await ports.tombstones.write(undefined, stored);
  const record = vi.fn();
  const rows = { ...ports.rows, hide: async () => advance(2) };
  const answer = await hideNow({ ...ports, rows, metrics: { record } }, seen);
  return { answer, stored, after: await ports.tombstones.find(seen.videoId), record };
}

describe('a video that is hidden in the undo window', () => {
  it('is written down as hidden, with the time that it took', async () => {
    const { answer, after, record } = await hideAfter({});
    expect(answer).toEqual(after);
    expect(after).toMatchObject({ state: 'pending', hidden: true, steps: { hide: { state: 'done', attempts: 1 } } });
    expect(record.mock.calls).toEqual([['StepTime', 2000, 'hide']]);
  });

  it('under a hold has nothing more due', async () => {
    const { after } = await hideAfter({ state: 'held' });
    expect(after).toMatchObject({ state: 'held', hidden: true });
    expect([after?.dueAt, after?.sweepAt]).toEqual([undefined, undefined]);
  });

  it('under a hold leaves the lease of a worker that died as it is', async () => {
    const lease = { owner: 'died', until: '2026-11-22T09:00:00.000Z' };
    const { after } = await hideAfter({ state: 'held', held: aLegalHold('running'), lease, sweepAt: lease.until });
    expect(after).toMatchObject({ hidden: true, lease, sweepAt: undefined });
  });

  it.each(['running', 'settling', 'failed'] as const)(
    "of a deletion that is %s and in nobody's hands is written down",
    async (state) => {
      expect((await hideAfter({ state })).after).toMatchObject({
        state,
        hidden: true,
        steps: { hide: { state: 'done' } },
      });
    },
  );

  it.each([
    ['undone', { state: 'cancelled' }],
    ['replaced by another deletion', { deletionId: 'another' }],
    ['undone under a hold', { state: 'held', held: aLegalHold('cancelled') }],
  ] satisfies [string, Partial<Tombstone>][])('is said to nobody when it was %s meanwhile', async (_, meanwhile) => {
    const { answer, stored, after } = await hideAfter(meanwhile);
    expect([answer, after]).toEqual([stored, stored]);
  });

  it('is known to be hidden by who hid it, though the worker that took it up has yet to write that down', async () => {
    const { answer, stored, after } = await hideAfter({
      state: 'running',
      lease: { owner: 'worker', until: '2026-11-22T10:01:00.000Z' },
    });
    expect(answer).toEqual({ ...stored, hidden: true, hiddenAt: expect.any(String) });
    expect(after).toEqual(stored);
  });
});
