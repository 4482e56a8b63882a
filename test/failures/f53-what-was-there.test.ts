import { expect, test } from 'vitest';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { undoDeletion } from '../../functions/deletion/requests/undo-deletion.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const BY_MODERATION = new Date('2026-01-05T08:00:00.456Z');

const mark = (videoId: VideoId, deleted_at: Date | null) =>
  world.db.updateTable('videos').set({ deleted_at }).where('id', '=', videoId).execute();
const markOf = async (videoId: VideoId) =>
  (await world.db.selectFrom('videos').select('deleted_at').where('id', '=', videoId).executeTakeFirstOrThrow())
    .deleted_at;
const isHidden = async (videoId: VideoId) => (await markOf(videoId)) !== null;

test.for(['before the request', 'inside the undo window', 'before a second request'])(
  'F53 what the platform itself had hidden %s stays hidden after an undo, with the mark that it had',
  async (when, { annotate }) => {
    const { videoId, ownerId } = await world.video();
    const asked = { callerId: ownerId, videoId };
    if (when === 'before a second request') {
      await requestDeletion(world.ports, asked);
      await undoDeletion(world.ports, asked);
    }
    if (when !== 'inside the undo window') await mark(videoId, BY_MODERATION);
    world.advance(1);
    await requestDeletion(world.ports, asked);
    if (when === 'inside the undo window') await mark(videoId, BY_MODERATION);
    expect((await undoDeletion(world.ports, asked)).deletion.state).toBe('cancelled');
    world.advance(61);
    await world.settle();
    expect(await markOf(videoId)).toEqual(BY_MODERATION);
    await annotate(`undone; deleted_at is ${BY_MODERATION.toISOString()}, as the platform had set it`);
  },
);

test('F53 our own mark goes, also that of an earlier deletion whose undo did not reach the database', async ({
  annotate,
}) => {
  const { videoId, ownerId } = await world.video();
  const asked = { callerId: ownerId, videoId };
  await requestDeletion(world.ports, asked);
  world.ports.rows = { ...world.whole.rows, restore: () => Promise.reject(new Error('down')) };
  await undoDeletion(world.ports, asked);
  world.mend();
  expect(await isHidden(videoId)).toBe(true);
  world.advance(1);
  await requestDeletion(world.ports, asked);
  await undoDeletion(world.ports, asked);
  expect(await isHidden(videoId)).toBe(false);
  await annotate('two deletions, one lost undo, one undo: deleted_at is null');
});
