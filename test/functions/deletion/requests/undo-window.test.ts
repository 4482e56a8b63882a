import { describe, expect, it, vi } from 'vitest';
import { NotAllowedNow } from '../../../../functions/deletion/errors.ts';
import { expiryOf } from '../../../../functions/deletion/record/schedule.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { requestDeletion } from '../../../../functions/deletion/requests/request-deletion.ts';
import { undoDeletion } from '../../../../functions/deletion/requests/undo-deletion.ts';
import { aLegalHold, turnedInto } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

async function requested(overrides: Partial<Tombstone> = {}) {
  const { ports, video } = openMemoryWorld();
  const { videoId, ownerId } = await video();
  const asked = { videoId, callerId: ownerId };
  const { deletion } = await requestDeletion(ports, asked);
  const current = turnedInto(deletion, overrides);
  await ports.tombstones.write(deletion, current);
  return { ports, asked, deletion, current, find: () => ports.tombstones.find(videoId) };
}

describe('an undo', () => {
  it('takes the work back, and is looked at again before the tombstone may go', async () => {
    const { ports, asked } = await requested({ attempts: 3 });
    const write = vi.fn(ports.tombstones.write);
    await undoDeletion({ ...ports, tombstones: { ...ports.tombstones, write } }, asked);
    const undone = write.mock.calls[0]?.[1];
    expect(undone).toMatchObject({ state: 'cancelled', attempts: 0, dueAt: ports.clock().toISOString() });
    expect([undone?.expiresAt, undone?.steps.hide.state]).toEqual([expiryOf(ports.clock(), ports.rules), 'waiting']);
  });

  it('under a hold is remembered for the release: nothing is due, and the tombstone stays', async () => {
    const { ports, asked, find } = await requested({ state: 'held' });
    await undoDeletion(ports, asked);
    const undone = await find();
    expect(undone).toMatchObject({ state: 'held', held: { from: 'cancelled' }, hidden: true });
    expect([undone?.dueAt, undone?.sweepAt, undone?.expiresAt]).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['as it is', { state: 'cancelled' }],
    ['under a hold', { state: 'held', held: aLegalHold('cancelled') }],
  ] satisfies [string, Partial<Tombstone>][])('that was undone before changes nothing: %s', async (_, overrides) => {
    const { ports, asked, current, find } = await requested(overrides);
    expect((await undoDeletion(ports, asked)).deletion).toEqual(current);
    expect(await find()).toEqual(current);
  });

  it('does not undo a deletion that took the place of the one it saw', async () => {
    const { ports, asked, deletion, current, find } = await requested({ deletionId: 'another' });
    const seen = vi.fn(ports.tombstones.find).mockResolvedValueOnce(deletion);
    const undo = undoDeletion({ ...ports, tombstones: { ...ports.tombstones, find: seen } }, asked);
    await expect(undo).rejects.toThrow(NotAllowedNow);
    expect(await find()).toEqual(current);
  });

  it('of a deletion that runs under its lease is refused, in the window and after it', async () => {
    for (const state of ['running', 'settling', 'failed'] as const) {
      const { ports, asked, current, find } = await requested({ state });
      await expect(undoDeletion(ports, asked)).rejects.toThrow(NotAllowedNow);
      expect(await find()).toEqual(current);
    }
  });
});
