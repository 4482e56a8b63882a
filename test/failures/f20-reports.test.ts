import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { seedRows } from '../support/seed-rows.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();

/** Every report as the database holds it, by its id. */
async function reports(): Promise<Record<string, Record<string, unknown>>> {
  const { rows } = await sql<{ id: string }>`select * from reports`.execute(world.db);
  return Object.fromEntries(rows.map((row) => [row.id, row]));
}

/**
 * A video with three pending and two settled reports. There are also reports on another video and on a user with the
 * same id.
 */
async function reportedVideo() {
  const [video, other] = [await world.video(), await world.video()];
  const { report } = seedRows(world.db);
  const on = (type: 'video' | 'user', targetId: string, status: Parameters<typeof report>[0]['status']) =>
    report({ type, targetId, status });
  const pending = [await on('video', video.videoId, 'pending'), await on('video', video.videoId, 'pending')];
  await on('video', video.videoId, 'dismissed');
  await on('video', video.videoId, 'resolved');
  await on('user', video.videoId, 'pending');
  await on('user', video.ownerId, 'pending');
  await on('video', other.videoId, 'pending');
  return { video, pending };
}

test.for(['its owner', 'an admin'])(
  'F20 reports stay, and what was pending says that %s settled it, and when',
  async (who, { annotate }) => {
    const { video, pending } = await reportedVideo();
    const by = who === 'an admin' ? await world.user({ is_admin: true }) : video.ownerId;
    const before = await reports();
    const ofVideo = Object.values(before).find(
      ({ reporter_id, target_id }) => reporter_id === video.ownerId && target_id === video.videoId,
    );
    const settled = [...pending, String(ofVideo?.id)];
    await requestDeletion(world.ports, { callerId: by, videoId: video.videoId });
    world.advance(10);
    const at = world.ports.clock();
    await world.settle();
    expect((await world.ports.tombstones.find(video.videoId))?.state).toBe('deleted');

    const resolution = { status: 'resolved', resolved_by: by, resolved_at: at };
    const expected = Object.entries(before).map(([id, row]) => [
      id,
      settled.includes(id) ? { ...row, ...resolution } : row,
    ]);
    expect(await reports()).toEqual(Object.fromEntries(expected));
    await annotate(
      `${settled.length} resolved with who and when, ${expected.length - settled.length} others byte for byte as before`,
    );
  },
);

test('F20 a report that is made after the rows have gone is settled before the end', async ({ annotate }) => {
  const { video } = await reportedVideo();
  await requestDeletion(world.ports, { callerId: video.ownerId, videoId: video.videoId });
  world.advance(10);
  await world.turn();
  expect((await world.left(video.videoId, video.ownerId)).videos).toBeUndefined();
  const late = await seedRows(world.db).report({ type: 'video', targetId: video.videoId, status: 'pending' });
  await world.settle();
  const { state, late: counted } = (await world.ports.tombstones.find(video.videoId)) ?? {};
  expect(state).toBe('deleted');
  expect(counted).toMatchObject({ reports: 1 });
  expect((await reports())[late]).toMatchObject({ status: 'resolved', resolved_by: video.ownerId });
  await annotate('1 late report: resolved by the settle pass, and counted as late in the receipt');
});

test('F20 a report of somebody who is gone blocks nothing', async ({ annotate }) => {
  const video = await world.video();
  const reporter = await world.user();
  const report = {
    reporter_id: reporter,
    report_type: 'video',
    target_id: video.videoId,
    reason: 'spam',
    status: 'pending',
  };
  const { id } = await world.db
    .insertInto('reports')
    .values(report as never)
    .returning('id')
    .executeTakeFirstOrThrow();
  await world.db.deleteFrom('users').where('id', '=', reporter).execute();
  await requestDeletion(world.ports, { callerId: video.ownerId, videoId: video.videoId });
  await world.settle();
  expect(await world.left(video.videoId, video.ownerId)).toEqual({});
  expect((await reports())[id]).toMatchObject({ reporter_id: null, status: 'resolved', resolved_by: video.ownerId });
  await annotate('the video is deleted, the report of the account that is gone stays and is resolved');
});
