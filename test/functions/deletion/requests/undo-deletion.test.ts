import { expect, it } from 'vitest';
import { UnknownVideo } from '../../../../functions/deletion/errors.ts';
import { requestDeletion } from '../../../../functions/deletion/requests/request-deletion.ts';
import { undoDeletion } from '../../../../functions/deletion/requests/undo-deletion.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();

it('answers both of two undos at the same moment with the undone deletion', async () => {
  const { ownerId: callerId, videoId } = await world.video();
  await requestDeletion(world.ports, { callerId, videoId });
  const undo = () => undoDeletion(world.ports, { callerId, videoId });
  const undone = await Promise.all([undo(), undo()]);
  expect(undone.map(({ deletion }) => deletion.state)).toEqual(['cancelled', 'cancelled']);
});

it('is for whoever owns the video now: a former owner does not know of it any more', async () => {
  const { ownerId: former, videoId } = await world.video();
  await requestDeletion(world.ports, { callerId: former, videoId });
  const owner = await world.user();
  await world.db.updateTable('videos').set({ user_id: owner }).where('id', '=', videoId).execute();
  await expect(undoDeletion(world.ports, { callerId: former, videoId })).rejects.toThrow(UnknownVideo);
  const { deletion } = await undoDeletion(world.ports, { callerId: owner, videoId });
  expect(deletion.state).toBe('cancelled');
});
