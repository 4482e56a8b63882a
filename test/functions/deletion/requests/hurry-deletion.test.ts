import { describe, expect, it } from 'vitest';
import { NotAllowedNow, StepFailed, UnknownVideo } from '../../../../functions/deletion/errors.ts';
import { hurryDeletion } from '../../../../functions/deletion/requests/hurry-deletion.ts';
import { requestDeletion } from '../../../../functions/deletion/requests/request-deletion.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

/** A deletion whose storage has refused once, and now works again. */
async function backedOff() {
  const world = openMemoryWorld();
  const { ports, video } = world;
  const one = await video();
  const { objects } = ports;
  ports.objects = { ...objects, deleteAll: async () => Promise.reject(new StepFailed('SlowDown')) };
  await requestDeletion(ports, { videoId: one.videoId, callerId: one.ownerId });
  world.advance(60);
  await world.turn();
  ports.objects = objects;
  const find = async () => await ports.tombstones.find(one.videoId);
  return { ...world, one, find };
}

describe('hurryDeletion', () => {
  it('lets the next attempt begin at once, and says who wanted that', async () => {
    const { ports, one, find, turn } = await backedOff();
    expect(await find()).toMatchObject({ state: 'running', attempts: 1 });
    expect(((await find())?.dueAt ?? '') > ports.clock().toISOString()).toBe(true);
    const after = await hurryDeletion(ports, { videoId: one.videoId, by: 'operator' });
    expect(after.history.at(-1)).toMatchObject({ from: 'running', to: 'running', by: 'operator' });
    await turn();
    expect((await find())?.state).toBe('settling');
  });

  it('leaves one to its worker, also where the lease is over', async () => {
    const { ports, one, find } = await backedOff();
    const found = await find();
    if (!found) throw new Error('There is no tombstone');
    const lease = { owner: 'gone', until: found.history[0]?.at ?? '' };
    await ports.tombstones.write(found, { ...found, revision: found.revision + 1, lease });
    await expect(hurryDeletion(ports, { videoId: one.videoId, by: 'operator' })).rejects.toThrow(NotAllowedNow);
  });

  it('changes nothing of a deletion that waits for something else', async () => {
    const { ports, one, video, settle, find } = await backedOff();
    const pending = await video();
    await requestDeletion(ports, { videoId: pending.videoId, callerId: pending.ownerId });
    await expect(hurryDeletion(ports, { videoId: pending.videoId, by: 'operator' })).rejects.toThrow(NotAllowedNow);
    await settle();
    const ended = await find();
    expect(ended?.state).toBe('deleted');
    await expect(hurryDeletion(ports, { videoId: one.videoId, by: 'operator' })).rejects.toThrow(NotAllowedNow);
    expect(await find()).toEqual(ended);
    await expect(hurryDeletion(ports, { videoId: aVideoId(), by: 'operator' })).rejects.toThrow(UnknownVideo);
  });
});
