import { expect, test } from 'vitest';
import { reapplyDeletion } from '../../functions/deletion/requests/reapply-deletion.ts';
import { deletionsIn } from '../support/deletions.ts';
import { recordedIn } from '../support/recorded.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find, receipt } = deletionsIn(world);
const { valuesOf } = recordedIn(world);

/** How storage looks through a wrong bucket or a wrong prefix. */
const HOLDS_NOTHING = { deleteAll: async () => ({}), look: async () => ({}) };

test('F40 a ready video of which storage held nothing', async () => {
  const video = await world.video();
  world.ports.objects = HOLDS_NOTHING;
  await due(video);
  await world.settle();
  expect((await find(video)).state).toBe('deleted');
  expect((await receipt(video)).exceptions).toEqual({ nothingFound: true, notFound: 1 });
  expect(valuesOf('EvidenceMissing')).toEqual([1]);
});

test('F40 a video that was never ready may have left nothing', async () => {
  const video = await world.video();
  const changes = { status: 'failed', url_mp4: null } as const;
  await world.db.updateTable('videos').set(changes).where('id', '=', video.videoId).execute();
  world.ports.objects = HOLDS_NOTHING;
  await due(video);
  await world.settle();
  expect((await receipt(video)).exceptions).toEqual({});
  expect(valuesOf('EvidenceMissing')).toEqual([]);
});

test('F40 a re-deletion, of which an earlier receipt says what there was', async () => {
  const video = await world.video();
  await due(video);
  await world.settle();
  await reapplyDeletion(world.ports, { videoId: video.videoId, by: 'operator' }, await find(video));
  await world.settle();
  const [first = '', second = ''] = (await find(video)).receipts;
  expect(JSON.parse(first).exceptions).toEqual({});
  expect(JSON.parse(second).exceptions).toEqual({ nothingFound: 'unknown' });
});

test('F40 a worker that died may have deleted what there was', async () => {
  const video = await world.video();
  const message = await due(video);
  world.ports.objects = { ...HOLDS_NOTHING, deleteAll: () => Promise.reject(new Error('dies')) };
  await world.turn();
  const { tombstones } = world.ports;
  const current = await find(video);
  const interrupted = { ...current, interrupted: 1, revision: current.revision + 1 };
  expect(await tombstones.write(current, interrupted)).toBe(true);
  world.ports.objects = HOLDS_NOTHING;
  world.advance(2_000);
  await world.settle();
  expect(message.videoId).toBe(video.videoId);
  expect((await receipt(video)).exceptions).toMatchObject({ nothingFound: 'unknown', interruptedPasses: 1 });
});
