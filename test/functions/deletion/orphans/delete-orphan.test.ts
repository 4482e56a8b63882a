import { beforeEach, describe, expect, test } from 'vitest';
import { deleteOrphan } from '../../../../functions/deletion/orphans/delete-orphan.ts';
import type { Orphan } from '../../../../functions/deletion/orphans/orphan.ts';
import type { Receipt } from '../../../../functions/deletion/record/receipt.ts';
import { requestDeletion } from '../../../../functions/deletion/requests/request-deletion.ts';
import { deletionView } from '../../../../functions/http/deletion-view.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';
import { type MemoryWorld, openMemoryWorld } from '../../../support/memory-world.ts';

const A_DAY = 86_400;
const OWNER = '0190c7a3-3333-7abc-8def-0123456789ab';

let world: MemoryWorld;
let orphan: Orphan;
let other: Awaited<ReturnType<MemoryWorld['video']>>;
beforeEach(async () => {
  world = openMemoryWorld();
  other = await world.video();
  const videoId = aVideoId();
  for (const name of ['playlist.m3u8', '720p/a_001.ts', '720p/a_002.ts'])
    world.objects.put(`videos/${videoId}/${name}`);
  world.objects.put(`uploads/${videoId}/take 1.mp4`);
  orphan = { videoId, kind: 'orphan', counts: await looked(videoId), newestAt: '2020-01-01T00:00:00.000Z' };
});

const looked = (videoId: Orphan['videoId']) =>
  world.ports.objects.look({ videoId, prefix: `videos/${videoId}/`, strayKeys: [] });
const keys = () => world.objects.keys().filter((key) => key.includes(orphan.videoId));
const find = async () => (await world.ports.tombstones.find(orphan.videoId)) ?? expect.unreachable('no tombstone');
const addRow = (ownerId = OWNER) => world.seed.video({ videoId: orphan.videoId, ownerId });
const portsFor = () => ({
  ...world.ports,
  stored: { async *list() {}, async *originals() {}, newestAt: async () => new Date(orphan.newestAt) },
  videos: { existing: world.ports.rows.existing },
});
const deleteIt = (found = orphan) => deleteOrphan(portsFor(), found, { minAgeSeconds: A_DAY, by: 'claimed:me' });

describe('deleteOrphan', () => {
  test('is an ordinary deletion without a window: a tombstone first, nothing left, a receipt', async () => {
    const { state, undoableUntil, requestedAt } = await deleteIt();
    expect({ state, undoableUntil }).toEqual({ state: 'pending', undoableUntil: requestedAt });
    expect(keys()).toHaveLength(4);
    await world.settle();
    expect(keys()).toEqual([]);
    expect(world.left(other.videoId)).toMatchObject({ videos: 1 });
    const ended = await find();
    expect(ended).toMatchObject({ state: 'deleted', requests: [{ by: 'claimed:me', reason: 'orphan' }] });
    const receipt = JSON.parse(ended.receipts[0] as string) as Receipt;
    expect(receipt).toMatchObject({ reason: 'orphan', requestedBy: 'claimed:me', exceptions: {} });
    // What lies in its own folder of originals is found by the last check.
    expect(receipt.counts.deleteObjects).toMatchObject({ objects: 4 });
    expect(receipt).not.toHaveProperty('ownerId');
    expect(deletionView(ended, { isAdmin: true }, new Date()).ownerId).toBeUndefined();
  });

  test('says who asked in its history', async () => {
    await deleteIt();
    expect((await find()).history).toMatchObject([
      { from: 'none', to: 'pending', by: 'claimed:me', detail: { code: 'orphan' } },
    ]);
  });

  test.each([
    ['a row', async () => void (await addRow())],
    ['a deletion', async () => void (await deleteIt())],
    ['another object', async () => world.objects.put(`videos/${orphan.videoId}/b.ts`)],
  ])('is refused when it has got %s since', async (_what, change) => {
    await change();
    const before = keys();
    await expect(deleteIt()).rejects.toMatchObject({ name: 'NotAllowedNow' });
    expect(keys()).toEqual(before);
  });

  test('is refused for residue', async () => {
    await expect(deleteIt({ ...orphan, kind: 'residue' })).rejects.toMatchObject({ name: 'NotAllowedNow' });
    expect(keys()).toHaveLength(4);
  });

  test('a row that is there when the work begins ends it: everything stays, and the video is its owner’s', async () => {
    await deleteIt();
    await addRow();
    await world.settle();
    expect(await find()).toMatchObject({ state: 'cancelled', ownerId: OWNER });
    expect((await find()).history.at(-1)).toMatchObject({ by: 'worker', detail: { code: 'RowFound' } });
    expect(keys()).toHaveLength(4);
    expect((await world.ports.rows.find(OWNER, orphan.videoId)).video).toMatchObject({ hidden: false });
  });

  test('a row that comes while objects are deleted stops it before the next one, and the row stays', async () => {
    await deleteIt();
    const { deleteAll } = world.ports.objects;
    world.ports.objects.deleteAll = async (target, checkpoint, ...rest) => {
      const after = async (...reported: Parameters<typeof checkpoint>) => {
        await checkpoint(...reported);
        if (reported[0].objects === 1) await addRow();
      };
      return await deleteAll(target, after, ...rest);
    };
    await world.turn();
    const { steps } = await find();
    expect(steps.deleteObjects).toMatchObject({ state: 'failed', error: 'RowFound' });
    expect(keys().length).toBeGreaterThan(0);
    expect((await world.ports.rows.find(OWNER, orphan.videoId)).video).toBeDefined();
  });

  test('goes on for the owner of such a row, once that owner asks', async () => {
    await deleteIt();
    const { deleteRows } = (await find()).steps;
    expect(deleteRows.state).toBe('waiting');
    const owner = await world.user();
    await addRow(owner);
    await requestDeletion(world.ports, { callerId: owner, videoId: orphan.videoId });
    await world.settle();
    expect((await find()).state).toBe('deleted');
    expect(keys()).toEqual([]);
    expect((await world.ports.rows.find(owner, orphan.videoId)).video).toBeUndefined();
  });
});
