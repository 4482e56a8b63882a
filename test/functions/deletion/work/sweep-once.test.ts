import { describe, expect, it, vi } from 'vitest';
import type { Ports } from '../../../../functions/deletion/ports.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { plus } from '../../../../functions/deletion/rules.ts';
import { sweepDeletions } from '../../../../functions/deletion/work/sweep-deletions.ts';
import { aTombstone } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const NOW = '2026-11-22T10:00:00.000Z';

/** One sweep over one tombstone. The list of due deletions may be out of date. */
async function sweep(overrides: Partial<Tombstone>, replaced: Partial<Ports> = {}) {
  const { ports, queues } = openMemoryWorld();
  const tombstone = aTombstone({ state: 'running', dueAt: NOW, ...overrides });
  await ports.tombstones.write(undefined, tombstone);
  const due: Ports['tombstones']['due'] = async function* () {
    yield tombstone.videoId;
  };
  const record = vi.fn();
  const tombstones = { ...ports.tombstones, due };
  const taken = await sweepDeletions({ ...ports, metrics: { record }, tombstones, ...replaced });
  const after = await ports.tombstones.find(tombstone.videoId);
  return { taken, tombstone, after, sent: queues.cleanup.messages().length, record };
}

describe('a sweep', () => {
  it('sends a message for what is due, and leaves it alone for a while', async () => {
    const { taken, after, sent } = await sweep({ sweepAt: NOW });
    expect([taken, sent, after?.sweepAt]).toEqual([1, 1, plus(new Date(NOW), 900).toISOString()]);
  });

  it.each([
    ['was moved on meanwhile', '2026-11-22T10:00:00.001Z'],
    ['has come to its end meanwhile', undefined],
  ])('takes nothing up that %s', async (_, sweepAt) => {
    const { taken, tombstone, after, sent } = await sweep({ sweepAt });
    expect([taken, sent, after]).toEqual([0, 0, tombstone]);
  });

  it('takes up what is due whether figures can be derived, cannot, or are none', async () => {
    const down = { refreshIfStale: () => Promise.reject(new Error('The database is down')) };
    for (const stats of [{ refreshIfStale: async () => true }, down, undefined]) {
      const { taken, record } = await sweep({ sweepAt: NOW }, { stats });
      expect(taken).toBe(1);
      expect(record).toHaveBeenCalledWith('OldestOpenDeletionAge', expect.any(Number));
    }
  });
});
