import { beforeEach, describe, expect, it } from 'vitest';
import { NotAllowedNow } from '../../../../functions/deletion/errors.ts';
import { brokenAt } from '../../../../functions/deletion/record/history.ts';
import { reapplyDeletion } from '../../../../functions/deletion/requests/reapply-deletion.ts';
import { type HeldVideo, holdCommandsOf } from '../../../support/hold-commands.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { request, find, hold } = holdCommandsOf(world);

/** Every caller reference that the edge was called with. */
const references: string[] = [];
beforeEach(() => {
  references.length = 0;
  const { edge } = world.ports;
  world.ports.edge = {
    ...edge,
    invalidate: (paths, callerReference) => {
      references.push(callerReference);
      return edge.invalidate(paths, callerReference);
    },
  };
});

async function deleted(): Promise<HeldVideo> {
  const video = await world.video();
  await request(video);
  await world.settle();
  expect((await find(video)).state).toBe('deleted');
  return video;
}

/** Does what a restored backup does: the row and some of its bytes are back, and a viewer has seen them. */
async function restore({ videoId, ownerId }: HeldVideo): Promise<void> {
  const row = { id: videoId, user_id: ownerId, title: 'Holiday at the sea', status: 'ready' as const };
  await world.db.insertInto('videos').values(row).execute();
  await world.put(`videos/${videoId}/playlist.m3u8`);
  await world.viewers.view(`/videos/${videoId}/playlist.m3u8`);
}

const receiptsOf = async (video: HeldVideo) => (await find(video)).receipts.map((receipt) => JSON.parse(receipt));

describe('F27 a deleted video that a restored backup brought back', () => {
  it('is deleted again when its owner asks, at once and with a receipt of its own', async () => {
    const video = await deleted();
    await restore(video);
    const again = await request(video);
    expect(again).toMatchObject({ state: 'running', hidden: true, deletedAt: undefined, expiresAt: undefined });
    await world.settle();
    const { state, steps, history, outbox } = await find(video);
    expect({ state, outbox, broken: brokenAt(history) }).toEqual({ state: 'deleted', outbox: [], broken: undefined });
    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
    expect(steps).toMatchObject({ deleteObjects: { counts: { objects: 1 } }, deleteRows: { counts: { videos: 1 } } });
    const [first, second, ...more] = await receiptsOf(video);
    expect(more).toEqual([]);
    expect(first).not.toHaveProperty('reapplied');
    expect(second).toMatchObject({ sub: video.videoId, reapplied: { at: expect.any(String), by: video.ownerId } });
    expect(second.jti).not.toBe(first.jti);
  });

  it('has its copies at the edge invalidated anew, under a new reference', async () => {
    const video = await deleted();
    const { edge } = await find(video);
    await restore(video);
    await request(video);
    await world.settle();
    expect(references).toHaveLength(2);
    expect(new Set(references).size).toBe(2);
    const after = (await find(video)).edge;
    expect(after).toMatchObject({ request: (edge?.request ?? 0) + 1, completedAt: expect.any(String) });
    expect(after?.invalidationId).not.toBe(edge?.invalidationId);
  });

  it('is deleted again once, by as many requests as there are at a time', async () => {
    const video = await deleted();
    await restore(video);
    const answers = await Promise.all([1, 2, 3].map(() => request(video)));
    expect(new Set(answers.map(({ deletionId }) => deletionId)).size).toBe(1);
    await world.settle();
    expect(await receiptsOf(video)).toHaveLength(2);
    expect(await world.left(video.videoId, video.ownerId)).toEqual({});
  });

  it('can be held meanwhile', async () => {
    const video = await deleted();
    await restore(video);
    await request(video);
    expect(await hold(video)).toMatchObject({ state: 'held', held: { from: 'running' } });
    await world.settle();
    expect(await world.left(video.videoId, video.ownerId)).toMatchObject({ videos: 1, bucket: 1 });
  });
});

describe('a deletion that has ended', () => {
  it('is the same when it is asked for again and nothing is back', async () => {
    const video = await deleted();
    const before = await find(video);
    expect(await request(video)).toEqual(before);
    expect(await find(video)).toEqual(before);
  });

  it('is the only one that can be deleted again', async () => {
    const video = await world.video();
    const pending = await request(video);
    const again = reapplyDeletion(world.ports, { videoId: video.videoId, by: 'operator' }, pending);
    await expect(again).rejects.toThrow(NotAllowedNow);
    expect(await find(video)).toEqual(pending);
  });
});
