import { describe, expect, it, vi } from 'vitest';
import type { VideoCache } from '../../../../functions/deletion/ports.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { restoreVideo } from '../../../../functions/deletion/work/restore-video.ts';
import { aLegalHold, aTombstone, turnedInto } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const NOW = '2026-11-22T10:00:00.000Z';
const AGAIN = '2026-11-22T10:01:00.000Z';

/** Shows the video of an undone deletion again, after another writer has changed the tombstone. */
async function restore(meanwhile: Partial<Tombstone> = {}, { fencedBy }: { fencedBy?: string } = {}) {
  const { ports, queues, cache: stored } = openMemoryWorld();
  const seen = aTombstone({ state: 'cancelled', hidden: true, dueAt: NOW });
  seen.target.strayKeys = [`uploads/${seen.videoId}/family.mov`];
  const tombstone = turnedInto(seen, meanwhile);
  await ports.tombstones.write(undefined, tombstone);
  const cache = ports.cache as VideoCache;
  if (fencedBy) await cache.fence(`video:${seen.videoId}:gone`, fencedBy, 60);
  const lift = vi.fn(cache.lift);
  const ends = vi.fn(ports.rows.restore);
  await restoreVideo({ ...ports, rows: { ...ports.rows, restore: ends }, cache: { ...cache, lift } }, seen);
  const cached = async (key: string) => (await stored.inside.get(key)) ?? undefined;
  return { seen, stored: tombstone, cached, after: await ports.tombstones.find(seen.videoId), queues, lift, ends };
}

describe('an undone deletion', () => {
  it('has its mark and its fence taken away, and is looked at once more, a minute later', async () => {
    const { seen, after, queues, lift, ends } = await restore();
    expect(ends.mock.calls).toEqual([[seen.videoId, new Date(seen.requestedAt), []]]);
    expect(lift.mock.calls).toEqual([[`video:${seen.videoId}:gone`]]);
    expect(after).toMatchObject({ hidden: false, restores: 1, dueAt: AGAIN });
    expect(queues.cleanup.messages()).toHaveLength(1);
  });

  it('lets pages of the feed that were written without it grow old', async () => {
    const { cached } = await restore();
    expect(await cached('feed:version')).toBe('1');
  });

  it.each([
    ['stands', { state: 'pending' }, 'another'],
    ['is held', { state: 'held' }, 'another'],
    ['was undone, too', { state: 'cancelled' }, undefined],
  ] satisfies [string, Partial<Tombstone>, string | undefined][])(
    'that is shown late, while another deletion of it %s, leaves that its fence',
    async (_, meanwhile, fence) => {
      const { cached, seen } = await restore({ deletionId: 'another', ...meanwhile }, { fencedBy: 'another' });
      expect(await cached(`video:${seen.videoId}:gone`)).toBe(fence);
    },
  );

  it('is through after the second look, and no name of a file is kept', async () => {
    const { after, queues } = await restore({ restores: 1 });
    expect(after?.target.strayKeys).toEqual([]);
    expect(after).toMatchObject({ hidden: false, restores: 2, dueAt: undefined, sweepAt: undefined });
    expect(queues.cleanup.messages()).toEqual([]);
  });

  it.each([
    ['replaced by another', { deletionId: 'another', state: 'pending' }],
    ['held', { state: 'held', held: aLegalHold('cancelled') }],
    ['looked at to the end', { dueAt: undefined }],
  ] satisfies [string, Partial<Tombstone>][])('that was %s meanwhile is left as it is', async (_, meanwhile) => {
    const { stored, after, queues } = await restore(meanwhile);
    expect(after).toEqual(stored);
    if ('deletionId' in meanwhile) expect(queues.cleanup.messages()).toEqual([]);
  });

  it('needs no cache', async () => {
    const { ports } = openMemoryWorld();
    const tombstone = aTombstone({ state: 'cancelled', hidden: true, dueAt: NOW });
    await ports.tombstones.write(undefined, tombstone);
    await restoreVideo({ ...ports, cache: undefined }, tombstone);
    expect(await ports.tombstones.find(tombstone.videoId)).toMatchObject({ hidden: false });
  });
});
