import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { findOrphans } from '../../functions/deletion/orphans/find-orphans.ts';
import { reapplyDeletion } from '../../functions/deletion/requests/reapply-deletion.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { existingVideos } from '../../functions/stores/postgres/queries/existing-videos.ts';
import { prepared } from '../../functions/stores/s3/client/connect-bucket.ts';
import { createS3Prefixes } from '../../functions/stores/s3/prefixes.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { findReturned } from '../../ops/commands/find-returned.ts';
import { aVideoId } from '../support/a-tombstone.ts';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find } = deletionsIn(world);

const OTHER = '0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c12';
const aDeletedVideo = async () => {
  const video = await world.video();
  await due(video);
  await world.settle();
  expect((await find(video)).state).toBe('deleted');
  return video;
};
const returned = async () => {
  const found = await findReturned(world.ports, undefined, { onProgress: () => {}, complain: () => {} });
  return found.returned.map(({ tombstone }) => tombstone.videoId);
};

test.for(['uploads', 'originals'])(
  'F45 an original that a backup restores under a name of its own in %s',
  async (prefix) => {
    const video = await aDeletedVideo();
    const key = `${prefix}/${video.videoId}/My clip.mp4`;
    await world.put(key);
    await world.put(`${prefix}/${OTHER}/My clip.mp4`);
    expect(await returned()).toContain(video.videoId);
    await reapplyDeletion(world.ports, { videoId: video.videoId, by: 'operator' }, await find(video));
    await world.settle();
    expect((await find(video)).state).toBe('deleted');
    expect(await world.inBucket(`${prefix}/${video.videoId}/`)).toEqual([]);
    expect(await world.inBucket(`${prefix}/${OTHER}/`)).toContain(`${prefix}/${OTHER}/My clip.mp4`);
    expect(await returned()).not.toContain(video.videoId);
  },
);

test('F45 the folder of a named original is the video’s own, but for what names another video', async () => {
  const video = await world.video();
  const folder = `uploads/${video.videoId}/`;
  const url_mp4 = `${folder}a.mp4`;
  await world.db.updateTable('videos').set({ url_mp4 }).where('id', '=', video.videoId).execute();
  for (const name of ['a.mp4', 'b.mp4', 'c/d.mp4', `${OTHER}.mp4`, `${OTHER}/e.mp4`]) await world.put(folder + name);
  await due(video);
  await world.settle();
  const { state, receipts } = await find(video);
  expect(state).toBe('deleted');
  expect((await world.inBucket(folder)).sort()).toEqual([`${folder}${OTHER}.mp4`, `${folder}${OTHER}/e.mp4`]);
  expect(JSON.parse(receipts[0] ?? '').exceptions).toEqual({ kept: 2 });
});

test('F45 the search for orphans looks under the prefixes of originals, and deletes nothing there', async () => {
  const [live, deleted] = [await world.video(), await world.video()];
  await due(deleted);
  await world.settle();
  const unknown = aVideoId();
  const lost = [`originals/2026/${unknown}.Jane Doe.mp4`, `uploads/${unknown}.mp4`, `uploads/${deleted.videoId}.mp4`];
  const others = [`uploads/${live.videoId}/${unknown}.mp4`, 'uploads/My clip.mp4'];
  for (const key of [...lost, ...others]) await world.put(key);
  const client = prepared(new S3Client({ ...clientSettings(world.s3.endpoint), forcePathStyle: true }), {
    withTimes: true,
  });
  const stored = createS3Prefixes(client, { bucket: world.bucket, originalsPrefixes: ['uploads/', 'originals/'] });
  const videos = { existing: (ids: readonly VideoId[]) => existingVideos(world.db, ids) };
  // The clock of the bucket is this machine's.
  const ports = { ...world.ports, stored, videos, clock: () => new Date(Date.now() + 60_000) };
  const { originals } = await findOrphans(ports, { minAgeSeconds: 0, pause: async () => {} });
  const ours = originals.lost.filter(({ key }) => [...lost, ...others].includes(key));
  expect(ours.map(({ key, kind }) => [key, kind]).sort()).toEqual(
    [
      [lost[0], 'orphan'],
      [lost[1], 'orphan'],
      [lost[2], 'residue'],
    ].sort(),
  );
  client.destroy();
});
