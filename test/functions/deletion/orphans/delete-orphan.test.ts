import { beforeEach, describe, expect, test } from 'vitest';
import { deleteOrphan } from '../../../../functions/deletion/orphans/delete-orphan.ts';
import { type Orphan, suspectsAmong } from '../../../../functions/deletion/orphans/orphan.ts';
import { checkReceipt } from '../../../../functions/deletion/record/check-receipt.ts';
import type { Receipt } from '../../../../functions/deletion/record/receipt.ts';
import { reapplyDeletion } from '../../../../functions/deletion/requests/reapply-deletion.ts';
import { requestDeletion } from '../../../../functions/deletion/requests/request-deletion.ts';
import { sweepDeletions } from '../../../../functions/deletion/work/sweep-deletions.ts';
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
    // Nobody has looked at what lies under the prefixes of originals: an upload may have just begun.
    expect(keys()).toEqual([`uploads/${orphan.videoId}/take 1.mp4`]);
    expect(world.left(other.videoId)).toMatchObject({ videos: 1 });
    const ended = await find();
    expect(ended).toMatchObject({ state: 'deleted', requests: [{ by: 'claimed:me', reason: 'orphan' }] });
    const receipt = JSON.parse(ended.receipts[0] as string) as Receipt;
    expect(receipt).toMatchObject({ reason: 'orphan', requestedBy: 'claimed:me' });
    expect(receipt.exceptions, 'nobody looked there').toEqual({ notListed: ['originals'] });
    expect(receipt.counts.deleteObjects).toMatchObject({ objects: 3 });
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

  /** Lets a row come at the first call of this kind. */
  function comesAt<Port extends 'runs' | 'objects'>(
    port: Port,
    method: keyof MemoryWorld['ports'][Port],
    owner?: string,
  ) {
    const ports = world.ports[port] as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const original = ports[method as string] as (typeof ports)[string];
    let isThere = false;
    ports[method as string] = async (...args) => {
      if (!isThere) await addRow(owner);
      isThere = true;
      return await original(...args);
    };
  }
  const rowOf = async () => (await world.ports.rows.find(OWNER, orphan.videoId)).video;

  test('a row that comes once it is running: nothing of it is hidden, stopped or deleted', async () => {
    const run = world.runs.start(`video-${orphan.videoId}`);
    await deleteIt();
    const { write } = world.ports.tombstones;
    world.ports.tombstones.write = async (before, after) => {
      const isWritten = await write(before, after);
      if (after.state === 'running' && before?.state === 'pending') await addRow();
      return isWritten;
    };
    await world.turn();
    expect((await find()).steps).toMatchObject({ hide: { error: 'RowFound' }, cancelRuns: { error: 'RowFound' } });
    expect(await rowOf()).toMatchObject({ hidden: false });
    expect(await world.ports.runs?.state(run)).toBe('running');
    expect(keys()).toHaveLength(4);
  });

  test('a row that comes while objects are deleted stops it before the next one, and the row stays', async () => {
    await deleteIt();
    comesAt('objects', 'deleteAll');
    await world.turn();
    const { steps } = await find();
    expect(steps.deleteObjects).toMatchObject({ state: 'failed', error: 'RowFound' });
    expect(keys().length).toBeGreaterThan(0);
    expect(await rowOf()).toBeDefined();
  });

  test.each([
    ['while it goes on', 1],
    ['once it has failed', 20],
  ])('is its owner’s deletion from the moment the owner asks, %s', async (_when, turns) => {
    const owner = await world.user();
    await deleteIt();
    comesAt('objects', 'deleteAll', owner);
    for (let turn = 0; turn < turns; turn += 1) {
      await world.turn();
      world.advance(turns > 1 ? 3_600 : 1);
      if (turns > 1) await sweepDeletions(world.ports);
    }
    expect((await find()).state).toBe(turns > 1 ? 'failed' : 'running');
    const { deletion } = await requestDeletion(world.ports, { callerId: owner, videoId: orphan.videoId });
    expect(deletion).toMatchObject({ ownerId: owner, hidden: true });
    await world.settle();
    const ended = await find();
    expect(ended.state).toBe('deleted');
    // The row names nothing of its own here, but the owner's folder is the video's, as in any deletion.
    expect(keys()).toEqual([]);
    expect(JSON.parse(ended.receipts[0] as string)).toMatchObject({
      ownerId: owner,
      requests: [{ reason: 'orphan' }, { by: owner, reason: 'owner' }],
    });
  });

  test('deleted once as an orphan, and back as somebody’s video: nobody’s reapply, but its owner’s deletion', async () => {
    await deleteIt();
    await world.settle();
    const owner = await world.user();
    await addRow(owner);
    world.objects.put(`videos/${orphan.videoId}/playlist.m3u8`);
    expect(await suspectsAmong(portsFor(), [orphan.videoId], { minAgeSeconds: 0 })).toEqual([]);
    const again = { videoId: orphan.videoId, by: 'operator' };
    await expect(reapplyDeletion(world.ports, again, await find())).rejects.toMatchObject({ name: 'NotAllowedNow' });
    await requestDeletion(world.ports, { callerId: owner, videoId: orphan.videoId });
    await world.settle();
    const ended = await find();
    expect(ended).toMatchObject({ state: 'deleted', ownerId: owner, requests: [{ by: owner, reason: 'owner' }] });
    expect(keys()).toEqual([]);
    const [first, second] = ended.receipts.map((jws) => JSON.parse(jws) as Receipt);
    expect(second).toMatchObject({ ownerId: owner, requestedBy: owner });
    expect(second?.requestedAt, 'when this owner asked, not the operator').toBe(ended.requests[0]?.at);
    expect(second?.requestedAt).not.toBe(first?.requestedAt);
    const found = { ...ended, issued: ended.receipts };
    for (const [receipt, jws] of [first, second].map((one, n) => [one, ended.receipts[n]] as const))
      expect(checkReceipt(receipt as Receipt, { ...found, jws: jws as string })).toEqual([]);
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
