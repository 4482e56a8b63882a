import { expect, test } from 'vitest';
import { holdVideo } from '../../functions/deletion/requests/hold-video.ts';
import { releaseVideo } from '../../functions/deletion/requests/release-video.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { undoDeletion } from '../../functions/deletion/requests/undo-deletion.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const reason = { code: 'litigation', caseNumber: 'C-1' } as const;

const handOver = (videoId: VideoId, ownerId: string) =>
  world.db.updateTable('videos').set({ user_id: ownerId }).where('id', '=', videoId).execute();
const stateOf = async (videoId: VideoId) => (await world.ports.tombstones.find(videoId))?.state;
const isHidden = async (videoId: VideoId, ownerId: string) =>
  (await world.ports.rows.find(ownerId, videoId)).video?.hidden;

/** A video that its first owner has asked to delete, and that then belongs to another user. */
async function handedOver({ during = async (_: VideoId) => {} } = {}) {
  const { videoId, ownerId } = await world.video();
  const newOwner = await world.user();
  await requestDeletion(world.ports, { callerId: ownerId, videoId });
  await during(videoId);
  await handOver(videoId, newOwner);
  return { videoId, ownerId, newOwner };
}

test.for(['inside the undo window', 'during a hold'])(
  'F52 a video that changed hands %s is not deleted on the word of its former owner',
  async (when, { annotate }) => {
    const by = 'operator';
    const during = async (videoId: VideoId) =>
      when === 'during a hold' ? void (await holdVideo(world.ports, { videoId, reason, by })) : undefined;
    const { videoId, ownerId, newOwner } = await handedOver({ during });
    if (when === 'during a hold') await releaseVideo(world.ports, { videoId, reason, by });
    const before = await world.left(videoId, newOwner);
    world.advance(20);
    await world.settle();
    const after = await world.ports.tombstones.find(videoId);
    expect(after).toMatchObject({ state: 'cancelled', ownerId: newOwner, hidden: false });
    expect(after?.history.find(({ to }) => to === 'cancelled')).toMatchObject({
      by: 'worker',
      detail: { code: 'OwnerChanged' },
    });
    expect(await isHidden(videoId, ownerId)).toBe(false);
    const { bucket, videos } = await world.left(videoId, newOwner);
    expect({ bucket, videos }).toEqual({ bucket: before.bucket, videos: before.videos });
    await annotate(`cancelled by the worker with OwnerChanged; ${bucket} objects and the row are there, and visible`);
  },
);

test('F52 the word of an admin goes on, and so does work that has begun', async ({ annotate }) => {
  const admin = await world.user({ is_admin: true });
  const { objects } = world.whole;
  const asked = await handedOver({
    during: async (videoId) => void (await requestDeletion(world.ports, { callerId: admin, videoId })),
  });
  const begun = await handedOver({
    during: async () => {
      world.advance(20);
      world.ports.objects = { ...objects, deleteAll: () => Promise.reject(new Error('down')) };
      await world.turn();
      world.ports.objects = objects;
    },
  });
  await world.settle();
  for (const { videoId, newOwner } of [asked, begun]) {
    expect(await stateOf(videoId)).toBe('deleted');
    expect(await world.left(videoId, newOwner)).toEqual({});
  }
  await annotate("an admin's: deleted; begun before the change: deleted; nothing left of either");
});

test('F52 what the row names when the work begins is deleted with what it named before', async ({ annotate }) => {
  const { videoId, ownerId } = await world.video();
  await requestDeletion(world.ports, { callerId: ownerId, videoId });
  const key = `originals/${videoId}/named-later.mp4`;
  await world.put(key);
  await world.db.updateTable('videos').set({ url_mp4: key }).where('id', '=', videoId).execute();
  world.advance(20);
  await world.settle();
  const { strayKeys = [], notFound } = (await world.ports.tombstones.find(videoId))?.target ?? {};
  expect([await world.inBucket(key), await world.inBucket(`uploads/${videoId}`)]).toEqual([[], []]);
  expect({ strayKeys, notFound }).toEqual({ strayKeys: [`uploads/${videoId}.mp4`], notFound: undefined });
  await annotate('both originals are gone');
});

test('F52 the present owner sees the deletion and may undo it', async ({ annotate }) => {
  const { videoId, newOwner } = await handedOver();
  const { deletion } = await undoDeletion(world.ports, { callerId: newOwner, videoId });
  expect(deletion.state).toBe('cancelled');
  expect(await isHidden(videoId, newOwner)).toBe(false);
  await annotate('undone by the owner that the row names now; visible');
});

test.for([3, 12])('F52 a row that cannot be read %i times', async (times, { annotate }) => {
  const { videoId, ownerId } = await world.video();
  await requestDeletion(world.ports, { callerId: ownerId, videoId });
  let left = times;
  const { rows } = world.whole;
  const { find } = rows;
  const unread = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  world.ports.rows = { ...rows, find: (...args) => (left-- > 0 ? Promise.reject(unread) : find(...args)) };
  world.advance(20);
  await world.settle();
  world.ports.rows = rows;
  const after = await world.ports.tombstones.find(videoId);
  const postponed = after?.history.filter(({ from, to }) => from === 'pending' && to === 'pending') ?? [];
  expect(postponed.map(({ detail }) => detail)).toEqual(Array(Math.min(times, 11)).fill({ code: 'ECONNREFUSED' }));
  if (times < 12) {
    expect(after?.state).toBe('deleted');
    expect(await world.left(videoId, ownerId)).toEqual({});
  } else {
    expect(after).toMatchObject({ state: 'failed', history: { length: 13 } });
    expect(after?.history.at(-1)).toMatchObject({ from: 'pending', detail: { code: 'ECONNREFUSED' } });
    expect((await world.left(videoId, ownerId)).bucket).toBeGreaterThan(0);
  }
  await annotate(
    `${postponed.length} times postponed with ECONNREFUSED, then ${after?.state}; nothing deleted meanwhile`,
  );
});
