import { describe, expect, it } from 'vitest';
import {
  AccountDisabled,
  NotAllowedNow,
  NotYours,
  StoreUnavailable,
  UnknownVideo,
} from '../../../../functions/deletion/errors.ts';
import { brokenAt } from '../../../../functions/deletion/record/history.ts';
import { requestDeletion } from '../../../../functions/deletion/requests/request-deletion.ts';
import { undoDeletion } from '../../../../functions/deletion/requests/undo-deletion.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';
import { useWorld } from '../../../support/use-world.ts';
import type { World } from '../../../support/world.ts';

type Video = Awaited<ReturnType<World['video']>>;
const world = useWorld();

const ask = (callerId: string, { videoId }: Pick<Video, 'videoId'>) =>
  requestDeletion(world.ports, { callerId, videoId });
const undo = ({ ownerId, videoId }: Video) => undoDeletion(world.ports, { callerId: ownerId, videoId });
const find = ({ videoId }: Pick<Video, 'videoId'>) => world.ports.tombstones.find(videoId);
const isShown = async ({ videoId }: Pick<Video, 'videoId'>) => {
  const row = await world.db.selectFrom('videos').select('deleted_at').where('id', '=', videoId).executeTakeFirst();
  return row !== undefined && row.deleted_at === null;
};
const fence = ({ videoId }: Pick<Video, 'videoId'>) =>
  world.inRedis.run((client) => client.get(`video:${videoId}:gone`));

describe('F24 who may ask', () => {
  it('the owner and an admin', async () => {
    const [own, other] = [await world.video(), await world.video()];
    const admin = await world.user({ is_admin: true });
    expect((await ask(own.ownerId, own)).deletion).toMatchObject({
      requests: [{ reason: 'owner', by: own.ownerId }],
    });
    expect((await ask(admin, other)).deletion).toMatchObject({
      requests: [{ reason: 'admin', by: admin }],
      ownerId: other.ownerId,
    });
  });

  it('nobody else, and nothing is touched', async () => {
    const video = await world.video();
    const hidden = await world.video();
    await world.db.updateTable('videos').set({ status: 'processing' }).where('id', '=', hidden.videoId).execute();
    const stranger = await world.user();
    const disabled = await world.user({ is_admin: true, is_active: false });
    await expect(ask(stranger, video)).rejects.toThrow(NotYours);
    await expect(ask(stranger, hidden)).rejects.toThrow(UnknownVideo);
    await expect(ask(stranger, { videoId: aVideoId() })).rejects.toThrow(UnknownVideo);
    await expect(ask(disabled, video)).rejects.toThrow(AccountDisabled);
    await expect(ask(aVideoId(), video)).rejects.toThrow(AccountDisabled);
    await world.db.updateTable('users').set({ is_active: false }).where('id', '=', video.ownerId).execute();
    await expect(ask(video.ownerId, video)).rejects.toThrow(AccountDisabled);
    expect([await find(video), await find(hidden), await isShown(video)]).toEqual([undefined, undefined, true]);
    expect(world.queues.cleanup.messages()).not.toContainEqual(expect.objectContaining({ videoId: video.videoId }));
  });

  it('once the row is gone, whoever the tombstone names, and to all others it never was', async () => {
    const video = await world.video();
    await ask(video.ownerId, video);
    const stranger = await world.user();
    await expect(ask(stranger, video)).rejects.toThrow(UnknownVideo);
    await world.settle();
    await expect(ask(stranger, video)).rejects.toThrow(UnknownVideo);
    expect((await ask(video.ownerId, video)).deletion.state).toBe('deleted');
  });
});

describe('a request', () => {
  it('hides the video, its cached copies and its pages before it is answered', async () => {
    const video = await world.video();
    const { deletion } = await ask(video.ownerId, video);
    expect(deletion).toMatchObject({ state: 'pending', hidden: true });
    expect(await isShown(video)).toBe(false);
    expect(await fence(video)).toBe(deletion.deletionId);
    expect((await world.left(video.videoId, video.ownerId)).cache).toBeUndefined();
  });

  it('made again gives the same deletion and changes nothing', async () => {
    const video = await world.video();
    const [first, ...others] = await Promise.all([1, 2, 3, 4].map(() => ask(video.ownerId, video)));
    expect(new Set([first, ...others].map((answer) => answer?.deletion.deletionId)).size).toBe(1);
    expect(world.queues.cleanup.messages().filter(({ videoId }) => videoId === video.videoId)).toHaveLength(1);
    await world.settle();
    const done = await find(video);
    expect((await ask(video.ownerId, video)).deletion).toEqual(done);
    expect(await find(video)).toEqual(done);
  });

  it('is refused with nothing changed while the database is down', async () => {
    const video = await world.video();
    world.ports.rows = { ...world.whole.rows, find: () => Promise.reject(new StoreUnavailable('down')) };
    await expect(ask(video.ownerId, video)).rejects.toThrow(StoreUnavailable);
    expect([await find(video), await isShown(video)]).toEqual([undefined, true]);
  });

  it('F18 is accepted though the cache is down, and the worker hides inside the undo window', async () => {
    const video = await world.video();
    const down = () => Promise.reject(new Error('ECONNREFUSED'));
    world.ports.cache = { fence: down, lift: down, invalidate: down, ageFeeds: down, look: down };
    const { deletion } = await ask(video.ownerId, video);
    expect(deletion).toMatchObject({ state: 'pending', hidden: false });
    world.mend();
    await world.turn();
    expect(await find(video)).toMatchObject({ state: 'pending', hidden: true });
    expect(await fence(video)).toBe(deletion.deletionId);
    await world.settle();
    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
  });

  it('counts what the row names and is not ours, and leaves it', async () => {
    const [video, other] = [await world.video(), await world.video()];
    const foreign = `videos/${other.videoId}/${video.videoId}.mp4`;
    await world.put(foreign);
    await world.db.updateTable('videos').set({ url_mp4: foreign }).where('id', '=', video.videoId).execute();
    const { deletion } = await ask(video.ownerId, video);
    expect(deletion.target).toMatchObject({ strayKeys: [], notOurs: { count: 1, sha256: expect.any(String) } });
    await world.settle();
    expect(await world.inBucket(foreign)).toEqual([foreign]);
    expect(JSON.parse((await find(video))?.receipts[0] as string).exceptions).toMatchObject({ notOurs: { count: 1 } });
  });
});

describe('F25 undo', () => {
  it('restores exactly what was there', async () => {
    const video = await world.video();
    const row = () => world.db.selectFrom('videos').selectAll().where('id', '=', video.videoId).executeTakeFirst();
    const [before, keys] = [await row(), await world.inBucket(`videos/${video.videoId}/`)];
    await ask(video.ownerId, video);
    expect((await undo(video)).deletion).toMatchObject({ state: 'cancelled', hidden: false });
    expect([await row(), await fence(video)]).toEqual([before, null]);
    await world.settle();
    expect([await row(), await world.inBucket(`videos/${video.videoId}/`)]).toEqual([before, keys]);
    expect(world.isRunning(video.run)).toBe(true);
    expect(await find(video)).toMatchObject({ state: 'cancelled', dueAt: undefined, sweepAt: undefined });
  });

  it('is refused once the window is over', async () => {
    const video = await world.video();
    await ask(video.ownerId, video);
    world.advance(10);
    await expect(undo(video)).rejects.toThrow(NotAllowedNow);
    await world.settle();
    await expect(undo(video)).rejects.toThrow(NotAllowedNow);
    expect((await find(video))?.state).toBe('deleted');
  });

  it('wins over a slow hide: the video is looked at again a minute later', async () => {
    const video = await world.video();
    const { deletion } = await ask(video.ownerId, video);
    await undo(video);
    await world.ports.rows.hide(video.videoId, new Date(deletion.requestedAt));
    expect(await isShown(video)).toBe(false);
    world.advance(60);
    await world.settle();
    expect(await isShown(video)).toBe(true);
  });

  it('leaves room for a new deletion, which continues the chain and is not undone by the old one', async () => {
    const video = await world.video();
    const first = (await ask(video.ownerId, video)).deletion;
    await undo(video);
    world.advance(5);
    const second = (await ask(video.ownerId, video)).deletion;
    expect(second.deletionId).not.toBe(first.deletionId);
    expect(second.history.map(({ to }) => to)).toEqual(['pending', 'cancelled', 'pending']);
    expect(brokenAt(second.history)).toBeUndefined();
    await world.ports.rows.restore(video.videoId, new Date(first.requestedAt));
    expect(await isShown(video)).toBe(false);
    await world.settle();
    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
  });

  it('is made good by the worker when a store was down', async () => {
    const video = await world.video();
    await ask(video.ownerId, video);
    world.ports.rows = { ...world.whole.rows, restore: () => Promise.reject(new Error('down')) };
    expect((await undo(video)).deletion.state).toBe('cancelled');
    world.mend();
    await world.settle();
    expect([await isShown(video), await fence(video)]).toEqual([true, null]);
  });

  it.each(['undo first', 'work first'])('at the moment the window ends has one outcome: %s', async (order) => {
    const video = await world.video();
    const { deletion } = await ask(video.ownerId, video);
    world.advance(9.999);
    const undone = () =>
      undo(video).then(
        ({ deletion: { state } }) => state,
        () => 'refused',
      );
    const worked = async () => {
      world.advance(0.001);
      await world.turn();
    };
    const [outcome] =
      order === 'undo first'
        ? await Promise.all([undone(), worked()])
        : (await Promise.all([worked(), undone()])).reverse();
    await world.settle();
    const state = (await find(video))?.state;
    expect([outcome, state, await isShown(video)]).toEqual(
      outcome === 'refused' ? ['refused', 'deleted', false] : ['cancelled', 'cancelled', true],
    );
    expect(deletion.state).toBe('pending');
  });
});
