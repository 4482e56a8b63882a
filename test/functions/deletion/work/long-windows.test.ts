import { expect, test } from 'vitest';
import { requestDeletion } from '../../../../functions/deletion/requests/request-deletion.ts';
import { undoDeletion } from '../../../../functions/deletion/requests/undo-deletion.ts';
import { sweepDeletions } from '../../../../functions/deletion/work/sweep-deletions.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const A_DAY = 86_400;
const WAITING = 10_000;

/** A world whose owners may undo for 30 days, and admins for 10 s. */
function patientWorld() {
  const world = openMemoryWorld();
  Object.assign(world.ports.rules, { undoSeconds: 30 * A_DAY, adminUndoSeconds: 10, graceSeconds: 5 });
  return world;
}

test('a window of 30 days, undone on day 29: everything is as it was', async () => {
  const world = patientWorld();
  const ownerId = await world.user();
  const { videoId } = await world.video({ ownerId });
  const before = await world.left(videoId);
  await requestDeletion(world.ports, { callerId: ownerId, videoId });
  world.advance(29 * A_DAY);
  await sweepDeletions(world.ports);
  await world.settle();
  expect(await world.ports.tombstones.find(videoId)).toMatchObject({ state: 'pending', hidden: true, attempts: 0 });
  const { deletion } = await undoDeletion(world.ports, { callerId: ownerId, videoId });
  world.advance(61);
  await world.settle();
  expect(deletion.state).toBe('cancelled');
  const after = await world.left(videoId);
  // Copies in a cache live for minutes anyway.
  const { cache: _, edge: __, ...stored } = before;
  expect(after).toMatchObject(stored);
  expect((await world.ports.rows.find(ownerId, videoId)).video?.hidden).toBe(false);
});

test('10,000 deletions that wait cost no message and no write, and a stuck one among them is seen', {
  timeout: 120_000,
}, async () => {
  const world = patientWorld();
  const [ownerId, admin] = [await world.user(), await world.user({ isAdmin: true })];
  const videos = await Promise.all(Array.from({ length: WAITING }, () => world.video({ ownerId })));
  for (const { videoId } of videos) await requestDeletion(world.ports, { callerId: ownerId, videoId });
  await world.settle();
  const stuck = await world.video({ ownerId });
  await requestDeletion(world.ports, { callerId: admin, videoId: stuck.videoId });
  for (const { receiptHandle } of world.queues.cleanup.receive(10)) world.queues.cleanup.delete(receiptHandle);
  const { tombstones } = world.ports;
  let writes = 0;
  const counting = {
    ...tombstones,
    write: (...written: Parameters<typeof tombstones.write>) => {
      writes += 1;
      return tombstones.write(...written);
    },
  };
  const ages: number[] = [];
  const metrics = {
    record: (name: string, value: number) => void (name === 'OldestOpenDeletionAge' && ages.push(value)),
  };
  for (let hour = 0; hour < 3; hour += 1) {
    world.advance(3_600);
    await sweepDeletions({ ...world.ports, tombstones: counting, metrics });
  }
  // Only the stuck one is swept, and only its messages are sent.
  expect(new Set(world.queues.cleanup.messages().map(({ videoId }) => videoId))).toEqual(new Set([stuck.videoId]));
  expect(writes).toBeLessThanOrEqual(3);
  expect(ages.at(-1)).toBe(3 * 3_600 - 10);
  for (const { videoId } of videos.slice(0, 3)) expect((await tombstones.find(videoId))?.state).toBe('pending');
});
