import { describe, expect, it, vi } from 'vitest';
import type { Ports, VideoRow } from '../../../../functions/deletion/ports.ts';
import { acceptDeletion, requestDeletion } from '../../../../functions/deletion/requests/request-deletion.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

/** A video, the row that a request has just read, and a function that accepts the request. */
async function seen() {
  const world = openMemoryWorld();
  const { ports, seed } = world;
  const { videoId, ownerId } = await world.video();
  const { caller, video } = await ports.rows.find(ownerId, videoId);
  if (!caller || !video) throw new Error('There is no row');
  const accept = (replaced: Partial<Ports> = {}) =>
    acceptDeletion({ ...ports, ...replaced }, { videoId, caller, video });
  const find = () => ports.tombstones.find(videoId);
  const restore = (row: VideoRow = video) => seed.video({ videoId, ownerId, urls: [...row.urls] });
  return { world, ports, videoId, ownerId, accept, find, restore };
}

describe('a request that saw the row', () => {
  it('just before the deletion came to its end, finds it deleted and begins nothing', async () => {
    const { world, ports, videoId, ownerId, accept, find } = await seen();
    await requestDeletion(ports, { videoId, callerId: ownerId });
    await world.settle();
    const deleted = await find();
    expect(await accept()).toEqual(deleted);
    expect([deleted?.state, await find()]).toEqual(['deleted', deleted]);
  });

  it('of a video that a backup brought back, begins again once, whoever asks at the same time', async () => {
    const { world, ports, videoId, ownerId, accept, find, restore } = await seen();
    await requestDeletion(ports, { videoId, callerId: ownerId });
    await world.settle();
    await restore();
    const [first, second] = await Promise.all([accept(), accept()]);
    expect([first?.state, second?.state, second?.deletionId]).toEqual(['running', 'running', first?.deletionId]);
    expect((await find())?.history.filter(({ from }) => from === 'deleted')).toHaveLength(1);
    await world.settle();
    expect(await find()).toMatchObject({ state: 'deleted', receipts: [expect.any(String), expect.any(String)] });
    expect(world.left(videoId)).toEqual({});
  });

  it('fails when the table fails, and does not answer with what was before', async () => {
    const { world, ports, videoId, ownerId, accept, restore } = await seen();
    await requestDeletion(ports, { videoId, callerId: ownerId });
    await world.settle();
    await restore();
    const write = vi.fn(async () => Promise.reject(new Error('down'))).mockResolvedValueOnce(false as never);
    await expect(accept({ tombstones: { ...ports.tombstones, write } })).rejects.toThrow('down');
  });

  it('that could not be hidden, hides it when it is asked for again', async () => {
    const { ports, accept, find } = await seen();
    const rows = { ...ports.rows, hide: () => Promise.reject(new Error('down')) };
    expect((await accept({ rows })).hidden).toBe(false);
    expect((await accept()).hidden).toBe(true);
    expect((await find())?.hidden).toBe(true);
  });

  it('ends with an error when others write without end', async () => {
    const { ports, accept } = await seen();
    const write = vi.fn(async () => false);
    const tombstones = { ...ports.tombstones, write, find: async () => undefined };
    await expect(accept({ tombstones })).rejects.toThrow('50 times in a row');
    expect(write).toHaveBeenCalledTimes(50);
  });
});
