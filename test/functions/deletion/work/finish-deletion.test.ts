import { describe, expect, it } from 'vitest';
import { requestDeletion } from '../../../../functions/deletion/requests/request-deletion.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();

async function requested() {
  const video = await world.video();
  await requestDeletion(world.ports, { callerId: video.ownerId, videoId: video.videoId });
  return video;
}
const find = (videoId: Parameters<typeof world.ports.tombstones.find>[0]) => world.ports.tombstones.find(videoId);

describe('a receipt that cannot be signed', () => {
  it('keeps the deletion from its end, which says why, until it can', async () => {
    const { videoId, ownerId } = await requested();
    let refusals = 0;
    const { sign } = world.ports.signer;
    world.ports.signer = {
      ...world.ports.signer,
      async sign(payload) {
        refusals += 1;
        if (refusals > 3) return await sign(payload);
        const tombstone = await find(videoId);
        if (refusals > 1) expect(tombstone?.steps.verify).toMatchObject({ error: 'ReceiptNotSigned' });
        throw new Error('The key is not there');
      },
    };
    await world.settle();
    expect(refusals).toBe(4);
    expect(world.recorded.filter(([name]) => name === 'ReceiptsNotSigned')).toHaveLength(3);
    const tombstone = await find(videoId);
    expect(tombstone).toMatchObject({ state: 'deleted', interrupted: 0 });
    expect(tombstone?.steps.verify).not.toHaveProperty('error');
    expect(tombstone?.receipts).toHaveLength(1);
    expect(await world.left(videoId, ownerId)).toEqual({});
  });

  it('ever, ends as failed with that code', async () => {
    const { videoId } = await requested();
    world.ports.signer = { ...world.ports.signer, sign: () => Promise.reject(new Error('The key is not there')) };
    await world.settle();
    const tombstone = await find(videoId);
    expect(tombstone).toMatchObject({ state: 'failed', receipts: [], interrupted: 0 });
    expect(tombstone?.history.at(-1)).toMatchObject({ to: 'failed', detail: { code: 'ReceiptNotSigned' } });
  });
});

describe('the name that a file was given by its owner', () => {
  it('is on no tombstone that is through, though the file is gone', async () => {
    const { videoId, ownerId } = await world.video();
    const named = `uploads/${videoId}/ana-muster.mov`;
    await world.put(named);
    await world.db.updateTable('videos').set({ url_mp4: named }).where('id', '=', videoId).execute();
    await requestDeletion(world.ports, { callerId: ownerId, videoId });
    await world.settle();
    const tombstone = await find(videoId);
    expect(tombstone).toMatchObject({ state: 'deleted', edge: { paths: 2 } });
    expect(JSON.parse(tombstone?.receipts[0] ?? '{}').edge.paths).toBe(2);
    expect(JSON.stringify(tombstone)).not.toContain('ana-muster');
    expect(await world.inBucket(named)).toEqual([]);
  });
});
