import { describe, expect, it } from 'vitest';
import { AccountDisabled, NotYours, SomeRefused, UnknownVideo } from '../../../../functions/deletion/errors.ts';
import { requestDeletions } from '../../../../functions/deletion/requests/request-deletions.ts';
import type { VideoId } from '../../../../functions/deletion/video-id.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';
import { type HeldVideo, holdCommandsOf } from '../../../support/hold-commands.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { admin, request, find, isShown } = holdCommandsOf(world);

const ask = (callerId: string, videoIds: VideoId[]) => requestDeletions(world.ports, { callerId, videoIds });

/** Three videos of one owner. */
async function three(): Promise<[HeldVideo, HeldVideo, HeldVideo]> {
  const first = await world.video();
  return [first, await world.video(first.ownerId), await world.video(first.ownerId)];
}

describe('deletions asked for together', () => {
  it('are accepted in the order asked, repeats once, and happen', async () => {
    const [first, second, third] = await three();
    await request(third);
    const ids = [second.videoId, first.videoId, second.videoId, third.videoId];
    const { outcomes, caller } = await ask(first.ownerId, ids);
    expect(caller.id).toBe(first.ownerId);
    expect(outcomes).toMatchObject(
      [second, first, third].map(({ videoId }) => ({ videoId, deletion: { videoId, state: 'pending', hidden: true } })),
    );
    await world.settle();
    for (const { videoId, ownerId } of [first, second, third]) {
      expect((await find({ videoId })).receipts).toHaveLength(1);
      expect(await world.left(videoId, ownerId)).toEqual({});
    }
    const again = await ask(first.ownerId, ids);
    expect(again.outcomes.map((outcome) => 'deletion' in outcome && outcome.deletion.state)).toEqual([
      'deleted',
      'deleted',
      'deleted',
    ]);
  });

  it('may be of several owners, for an admin', async () => {
    const [one, other] = [await world.video(), await world.video()];
    const { outcomes } = await ask(await admin(), [one.videoId, other.videoId]);
    expect(outcomes).toMatchObject([
      { deletion: { requests: [{ reason: 'admin' }] } },
      { deletion: { ownerId: other.ownerId } },
    ]);
  });
});

describe('F24 a list with one that the caller may not delete', () => {
  it('touches none, and names those it is about with the reason', async () => {
    const [first, second] = await three();
    const [foreign, hidden] = [await world.video(), await world.video()];
    await world.db.updateTable('videos').set({ status: 'processing' }).where('id', '=', hidden.videoId).execute();
    const unknown = aVideoId();
    const ids = [first.videoId, foreign.videoId, second.videoId, unknown, hidden.videoId];
    const refused = await ask(first.ownerId, ids).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SomeRefused);
    expect((refused as SomeRefused).refusals).toEqual([
      { videoId: foreign.videoId, error: expect.any(NotYours) },
      { videoId: unknown, error: expect.any(UnknownVideo) },
      { videoId: hidden.videoId, error: expect.any(UnknownVideo) },
    ]);
    for (const video of [first, second, foreign]) {
      expect(await world.ports.tombstones.find(video.videoId)).toBeUndefined();
      expect(await isShown(video)).toBe(true);
    }
    const touched = world.queues.cleanup.messages().filter(({ videoId }) => ids.includes(videoId));
    expect(touched).toEqual([]);
  });

  it('refuses another’s deletion whose row is gone, and a disabled account', async () => {
    const [own, deleted] = [await world.video(), await world.video()];
    await request(deleted);
    await world.settle();
    await expect(ask(own.ownerId, [own.videoId, deleted.videoId])).rejects.toThrow(SomeRefused);
    const disabled = await world.user({ is_active: false });
    await expect(ask(disabled, [own.videoId])).rejects.toThrow(AccountDisabled);
    expect(await isShown(own)).toBe(true);
  });
});

describe('many deletions asked for together', () => {
  it('are all accepted, ten at a time: the stores of a function are there for others, too', async () => {
    const { ports, video } = openMemoryWorld();
    const first = await video();
    const videos = [first];
    while (videos.length < 25) videos.push(await video({ ownerId: first.ownerId }));
    const underWay = { now: 0, most: 0 };
    const hide = async (...args: Parameters<typeof ports.rows.hide>) => {
      underWay.most = Math.max(underWay.most, ++underWay.now);
      await new Promise(setImmediate);
      await ports.rows.hide(...args);
      underWay.now -= 1;
    };
    const videoIds = videos.map(({ videoId }) => videoId);
    const { outcomes } = await requestDeletions(
      { ...ports, rows: { ...ports.rows, hide } },
      { callerId: first.ownerId, videoIds },
    );
    expect(outcomes.map(({ videoId }) => videoId)).toEqual(videoIds);
    for (const videoId of videoIds) expect(await ports.tombstones.find(videoId)).toMatchObject({ hidden: true });
    expect(underWay).toEqual({ now: 0, most: 10 });
  });
});

describe('a store that fails', () => {
  it('before all are checked: nothing was accepted', async () => {
    const [first, second] = await three();
    const { rows } = world.ports;
    const down = new Error('The database is down');
    world.ports.rows = {
      ...rows,
      find: (id, video) => (video === second.videoId ? Promise.reject(down) : rows.find(id, video)),
    };
    await expect(ask(first.ownerId, [first.videoId, second.videoId])).rejects.toThrow(down);
    expect([await world.ports.tombstones.find(first.videoId), await isShown(first)]).toEqual([undefined, true]);
  });

  it('at one of them leaves the others accepted', async () => {
    const [first, second, third] = await three();
    const { tombstones } = world.ports;
    const down = new Error('The table is down');
    world.ports.tombstones = {
      ...tombstones,
      write: (previous, next) =>
        next.videoId === second.videoId ? Promise.reject(down) : tombstones.write(previous, next),
    };
    const { outcomes } = await ask(first.ownerId, [first.videoId, second.videoId, third.videoId]);
    expect(outcomes).toMatchObject([
      { videoId: first.videoId, deletion: { state: 'pending' } },
      { videoId: second.videoId, error: down },
      { videoId: third.videoId, deletion: { state: 'pending' } },
    ]);
    expect(await isShown(second)).toBe(true);
  });
});
