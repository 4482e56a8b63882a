import { expect, test } from 'vitest';
import { hideAgain } from '../../functions/deletion/requests/reapply-deletion.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { undoDeletion } from '../../functions/deletion/requests/undo-deletion.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { findReturned } from '../../ops/commands/find-returned.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const A_DAY = 86_400;
const quiet = { onProgress: () => {}, complain: () => {} };

const mark = (videoId: VideoId, deleted_at: Date | null) =>
  world.db.updateTable('videos').set({ deleted_at }).where('id', '=', videoId).execute();
const markOf = async (videoId: VideoId) =>
  (await world.db.selectFrom('videos').select('deleted_at').where('id', '=', videoId).executeTakeFirstOrThrow())
    .deleted_at;

/** Asked for on day 0 with a window of 30 days; the backup is restored on day 10. */
async function restoredOnDay10(restored: Date | null) {
  const rules = { ...world.ports.rules, undoSeconds: 30 * A_DAY };
  const { videoId, ownerId } = await world.video();
  await requestDeletion({ ...world.ports, rules }, { callerId: ownerId, videoId });
  world.advance(10 * A_DAY);
  await mark(videoId, restored);
  return { videoId, ownerId };
}

test('F74 a row that a backup restores inside the window is hidden again, and waits on', async ({ annotate }) => {
  const { videoId, ownerId } = await restoredOnDay10(null);
  const { returned } = await findReturned(world.ports, undefined, quiet);
  const [found] = returned.filter(({ tombstone }) => tombstone.videoId === videoId);
  expect(found).toMatchObject({ isVisible: true });
  if (found) await hideAgain(world.ports, found.tombstone);
  await world.turn();
  const waiting = await world.ports.tombstones.find(videoId);
  expect(waiting).toMatchObject({ state: 'pending', hidden: true });
  expect(await markOf(videoId)).not.toBeNull();
  expect(
    (await findReturned(world.ports, undefined, quiet)).returned.map((one) => one.tombstone.videoId),
  ).not.toContain(videoId);
  world.advance(19 * A_DAY);
  expect((await undoDeletion(world.ports, { callerId: ownerId, videoId })).deletion.state).toBe('cancelled');
  expect(await markOf(videoId)).toBeNull();
  await annotate('visible on day 10, hidden again, undone on day 29: as the restored row says');
});

test('F74 undo restores what the restored row says', async ({ annotate }) => {
  const byPlatform = new Date('2025-05-05T05:05:05.000Z');
  const { videoId, ownerId } = await restoredOnDay10(byPlatform);
  await undoDeletion(world.ports, { callerId: ownerId, videoId });
  expect(await markOf(videoId)).toEqual(byPlatform);
  await annotate('a mark of the platform in the restored row stays');
});

test('F74 undo says so when the row is gone, and the deletion goes on', async ({ annotate }) => {
  const { videoId, ownerId } = await world.video();
  await requestDeletion(world.ports, { callerId: ownerId, videoId });
  await world.db.deleteFrom('videos').where('id', '=', videoId).execute();
  const undo = undoDeletion(world.ports, { callerId: ownerId, videoId });
  await expect(undo).rejects.toMatchObject({ name: 'VideoGone' });
  world.advance(15);
  await world.settle();
  expect((await world.ports.tombstones.find(videoId))?.state).toBe('deleted');
  expect(await world.left(videoId, ownerId)).toEqual({});
  await annotate('409 VideoGone; deleted in the end');
});
