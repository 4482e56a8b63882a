import { expect, it } from 'vitest';
import { NotAllowedNow, UnknownVideo } from '../../../../functions/deletion/errors.ts';
import { holdVideo } from '../../../../functions/deletion/requests/hold-video.ts';
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

it('is for whoever owns the video now, and for the former owner who has asked for it', async () => {
  for (const who of ['former', 'present', 'of another request'] as const) {
    const { ownerId: former, videoId } = await world.video();
    const callerId = who === 'of another request' ? await world.user({ is_admin: true }) : former;
    await requestDeletion(world.ports, { callerId, videoId });
    const present = await world.user();
    await world.db.updateTable('videos').set({ user_id: present }).where('id', '=', videoId).execute();
    const undone = undoDeletion(world.ports, { callerId: who === 'present' ? present : former, videoId });
    if (who === 'of another request') await expect(undone).rejects.toThrow(UnknownVideo);
    else expect((await undone).deletion.state).toBe('cancelled');
  }
});

it('an owner cannot take back what an admin has asked for, whoever asked first', async () => {
  for (const first of ['owner', 'admin'] as const) {
    const { ownerId: owner, videoId } = await world.video();
    const admin = await world.user({ is_admin: true });
    const order = first === 'owner' ? [owner, admin] : [admin, owner];
    for (const callerId of order) await requestDeletion(world.ports, { callerId, videoId });
    await expect(undoDeletion(world.ports, { callerId: owner, videoId })).rejects.toThrow(NotAllowedNow);
    const stands = await world.ports.tombstones.find(videoId);
    expect(stands).toMatchObject({ state: 'pending', hidden: true });
    expect(stands?.requests.map(({ by, reason }) => [by, reason])).toEqual(
      order.map((by) => [by, by === owner ? 'owner' : 'admin']),
    );
    expect(stands?.history.at(-1)).toMatchObject({ from: 'pending', to: 'pending', by: order[1] });
  }
});

it('an owner who has not asked cannot take back what an admin has asked for, also under a hold', async () => {
  const { ownerId: owner, videoId } = await world.video();
  const admin = await world.user({ is_admin: true });
  await requestDeletion(world.ports, { callerId: admin, videoId });
  const undo = () => undoDeletion(world.ports, { callerId: owner, videoId });
  await expect(undo()).rejects.toThrow(NotAllowedNow);
  await holdVideo(world.ports, { videoId, by: admin, reason: { code: 'litigation', caseNumber: 'C-1' } });
  await expect(undo()).rejects.toThrow(NotAllowedNow);
  expect(await world.ports.tombstones.find(videoId)).toMatchObject({ state: 'held', held: { from: 'pending' } });
});

it('a request with a shorter window is worked on at the end of that window, by a message of its own', async () => {
  const { ownerId: owner, videoId } = await world.video();
  const admin = await world.user({ is_admin: true });
  const ports = { ...world.ports, rules: { ...world.ports.rules, undoSeconds: 600, adminUndoSeconds: 20 } };
  await requestDeletion(ports, { callerId: owner, videoId });
  await requestDeletion(ports, { callerId: admin, videoId });
  const until = new Date(ports.clock().getTime() + 20_000).toISOString();
  expect(await ports.tombstones.find(videoId)).toMatchObject({ dueAt: until, undoableUntil: until });
  world.advance(20);
  const arrived = world.queues.cleanup.receive(100).map(({ message }) => message);
  expect(arrived.filter((message) => message.videoId === videoId)).toHaveLength(1);
});

it('an admin takes back the word of admins: what the owner has asked for stands, then the owner may undo it', async () => {
  const { ownerId: owner, videoId } = await world.video();
  const admin = await world.user({ is_admin: true });
  for (const callerId of [owner, admin]) await requestDeletion(world.ports, { callerId, videoId });
  const { deletion } = await undoDeletion(world.ports, { callerId: admin, videoId });
  expect(deletion).toMatchObject({ state: 'pending', requests: [{ by: owner, reason: 'owner' }] });
  expect(await isHidden(videoId)).toBe(true);
  const { deletion: undone } = await undoDeletion(world.ports, { callerId: owner, videoId });
  expect(undone.state).toBe('cancelled');
  expect(await isHidden(videoId)).toBe(false);
});

async function isHidden(videoId: string): Promise<boolean> {
  const row = await world.db.selectFrom('videos').select('deleted_at').where('id', '=', videoId).executeTakeFirst();
  return row?.deleted_at !== null;
}
