import { expect, test } from 'vitest';
import { feedPagesKeyOf } from '../../functions/deletion/data-map/data-map.ts';
import { holdVideo } from '../../functions/deletion/requests/hold-video.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { aVideoId } from '../support/a-tombstone.ts';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find } = deletionsIn(world);

const nameIn = (videoId: VideoId, url_mp4: string) =>
  world.db.updateTable('videos').set({ url_mp4 }).where('id', '=', videoId).execute();

/** Two videos. A is deleted; `key` is what its row names, or what lies in its own folder. */
async function twoVideos(keyFor: (a: VideoId, b: VideoId) => string) {
  const [a, b] = [await world.video(), await world.video()];
  const key = keyFor(a.videoId, b.videoId);
  await world.put(key);
  return { a, b, key };
}

async function deleteIt(a: Awaited<ReturnType<typeof twoVideos>>['a']) {
  await due(a);
  await world.settle();
  const { state, receipts } = await find(a);
  expect(state).toBe('deleted');
  return JSON.parse(receipts[0] ?? '').exceptions;
}

const HOLDING: [string, (a: VideoId, b: VideoId) => string][] = [
  ['as a stem in its folder', (a, b) => `originals/${a}/${b}.mp4`],
  ['in the middle of a name', (a, b) => `originals/${a}/remix-of-${b}-final.mp4`],
  ['in upper case', (a, b) => `uploads/${a}/${b.toUpperCase()}.mp4`],
  ['in a folder above', (a, b) => `originals/series-${b}/${a}.mp4`],
];

test.for(HOLDING)(
  'F48 a key that the row names and that holds the id of another video %s stays',
  async ([, keyFor], { annotate }) => {
    const { a, b, key } = await twoVideos(keyFor);
    await nameIn(a.videoId, key);
    expect(await deleteIt(a)).toMatchObject({ kept: 1 });
    expect(await world.inBucket(key)).toEqual([key]);
    expect((await world.left(b.videoId, b.ownerId)).bucket).toBeGreaterThan(0);
    await annotate('kept: 1, and the object is there');
  },
);

const SPELLINGS: [string, (key: string) => string][] = [
  ['as it is', (key) => key],
  ['as the URL of a CDN', (key) => `https://cdn.example.com/${key}?v=2`],
  ['as an S3 URL', (key) => `s3://${world.bucket}/${key}`],
  ['percent-encoded', (key) => key.replaceAll('-', '%2D').replaceAll(' ', '%20')],
  ['with a plus', (key) => key.replaceAll(' ', '+')],
];

test.for(SPELLINGS)('F48 a key that another row names %s stays', async ([, spell], { annotate }) => {
  const { a, b, key } = await twoVideos((id) => `originals/${id}/My clip.mp4`);
  await nameIn(a.videoId, key);
  await nameIn(b.videoId, spell(key));
  expect(await deleteIt(a)).toMatchObject({ kept: 1 });
  expect(await world.inBucket(key)).toEqual([key]);
  await annotate('kept: 1, and the object is there');
});

test('F48 a value of megabytes, in its own row or in another one, is no key and keeps nothing from its end', async ({
  annotate,
}) => {
  const { a, b, key } = await twoVideos((id) => `uploads/${id}/clip.mp4`);
  const huge = `uploads/${a.videoId}/${'%41+é'.repeat(800_000)}`;
  await nameIn(b.videoId, huge);
  await nameIn(a.videoId, huge);
  const before = process.memoryUsage.rss();
  const exceptions = await deleteIt(a);
  expect(exceptions).toMatchObject({ notOurs: { count: 1 } });
  expect(exceptions).not.toHaveProperty('kept');
  expect(await world.inBucket(key)).toEqual([]);
  expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(150);
  await annotate('4 MB in both rows: deleted, and counted as not ours');
});

test('F48 a key in its own folder that only the other row names stays', async ({ annotate }) => {
  const { a, b, key } = await twoVideos((id) => `originals/${id}/cover.jpg`);
  const own = `originals/${a.videoId}/own.jpg`;
  await world.put(own);
  await nameIn(b.videoId, key);
  expect(await deleteIt(a)).toMatchObject({ kept: 1 });
  expect(await world.inBucket(`originals/${a.videoId}/`)).toEqual([key]);
  await annotate('the key that the other row names is there, the rest of the folder is gone');
});

test('F48 an id that is no video’s keeps nothing: the session of an upload, a deleted video', async ({ annotate }) => {
  const { a, key } = await twoVideos((id) => `uploads/session-${aVideoId()}/${id}.mp4`);
  await nameIn(a.videoId, key);
  expect(await deleteIt(a)).not.toHaveProperty('kept');
  expect(await world.inBucket(key)).toEqual([]);
  const second = await twoVideos((id) => `originals/x-${a.videoId}/${id}.mp4`);
  await nameIn(second.a.videoId, second.key);
  expect(await deleteIt(second.a)).not.toHaveProperty('kept');
  expect(await world.inBucket(second.key)).toEqual([]);
  await annotate('both deleted');
});

test('F48 of two deletions that share a key, the later one deletes it; a hold keeps it', async ({ annotate }) => {
  const { a, b, key } = await twoVideos((id) => `originals/${id}/shared.mp4`);
  for (const { videoId } of [a, b]) await nameIn(videoId, key);
  await Promise.all([due(a), due(b)]);
  await world.settle();
  for (const video of [a, b]) expect((await find(video)).state).toBe('deleted');
  expect(await world.inBucket(key)).toEqual([]);

  const held = await twoVideos((id) => `originals/${id}/shared.mp4`);
  for (const { videoId } of [held.a, held.b]) await nameIn(videoId, held.key);
  await requestDeletion(world.ports, { callerId: held.b.ownerId, videoId: held.b.videoId });
  const reason = { code: 'litigation', caseNumber: 'C-1' } as const;
  await holdVideo(world.ports, { videoId: held.b.videoId, reason, by: 'operator' });
  expect(await deleteIt(held.a)).toMatchObject({ kept: 1 });
  expect(await world.inBucket(held.key)).toEqual([held.key]);
  await annotate('two running: gone; one under a legal hold: kept');
});

test('F48 what a set of pages lists is deleted only if it is a page', async ({ annotate }) => {
  const { a, b } = await twoVideos((id) => `originals/${id}.mp4`);
  const others = [`video:${b.videoId}`, `user:${b.ownerId}:profile`, 'feed:version', 'session:1'];
  await world.inRedis.run(async (client) => {
    for (const key of others) await client.set(key, 'theirs');
    await client.sAdd(feedPagesKeyOf(a.videoId), others);
  });
  await deleteIt(a);
  expect((await find(a)).steps.hide.counts).toMatchObject({ pages: 2, others: 4 });
  const left = await world.inRedis.run((client) => client.exists(others));
  expect(left).toBe(4);
  expect(await world.left(a.videoId, a.ownerId)).toEqual({});
  await annotate('2 pages deleted; 4 other keys are there, and counted');
});
