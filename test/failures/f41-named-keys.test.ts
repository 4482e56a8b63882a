import { expect, test } from 'vitest';
import { reapplyDeletion } from '../../functions/deletion/requests/reapply-deletion.ts';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find, receipt } = deletionsIn(world);

const aVideoWith = async (urlOf: (id: string) => string) => {
  const video = await world.video();
  const url_mp4 = urlOf(video.videoId);
  await world.db.updateTable('videos').set({ url_mp4 }).where('id', '=', video.videoId).execute();
  return video;
};
const CDN = 'https://cdn.example.com';

/** What a row says, and the key that the platform had in mind. */
const READINGS: [string, (id: string) => string, (id: string) => string][] = [
  ['a mark of a fragment', (id) => `uploads/${id}/Episode #4.mp4`, (id) => `uploads/${id}/Episode #4.mp4`],
  ['a question mark', (id) => `uploads/${id}/What?.mp4`, (id) => `uploads/${id}/What?.mp4`],
  ['such marks in a URL', (id) => `${CDN}/uploads/${id}/Who? #4.mp4`, (id) => `uploads/${id}/Who? #4.mp4`],
  ['a plus for a blank', (id) => `${CDN}/uploads/${id}/my+clip.mp4`, (id) => `uploads/${id}/my clip.mp4`],
  ['a plus for a plus', (id) => `${CDN}/uploads/${id}/my+clip.mp4`, (id) => `uploads/${id}/my+clip.mp4`],
  ['a percent sign that is none', (id) => `uploads/${id}/100%25.mp4`, (id) => `uploads/${id}/100%25.mp4`],
  ['a percent sign that is one', (id) => `uploads/${id}/100%25.mp4`, (id) => `uploads/${id}/100%.mp4`],
  ['a broken escape', (id) => `uploads/${id}/100%.mp4`, (id) => `uploads/${id}/100%.mp4`],
  ['an accent in two characters', (id) => `uploads/${id}/caf\u00e9.mp4`, (id) => `uploads/${id}/cafe\u0301.mp4`],
  ['an accent in one', (id) => `uploads/${id}/cafe%CC%81.mp4`, (id) => `uploads/${id}/caf\u00e9.mp4`],
  ['a signed URL', (id) => `${CDN}/uploads/${id}/a.mp4?X-Amz-Signature=1&b=2`, (id) => `uploads/${id}/a.mp4`],
];

test.for(READINGS)('F41 a name with %s', async ([, urlOf, keyOf]) => {
  const video = await aVideoWith(urlOf);
  await world.put(`uploads/other/${video.videoId.slice(0, 8)}.mp4`);
  await world.put(keyOf(video.videoId));
  await due(video);
  await world.settle();
  expect((await find(video)).state).toBe('deleted');
  expect(await world.inBucket(`uploads/${video.videoId}/`)).toEqual([]);
  expect(await world.inBucket('uploads/other/')).toContain(`uploads/other/${video.videoId.slice(0, 8)}.mp4`);
  expect((await receipt(video)).exceptions).not.toHaveProperty('notFound');
});

test('F41 what is named and found nowhere is counted', async () => {
  const video = await aVideoWith((id) => `uploads/${id}/never-uploaded.mp4`);
  await due(video);
  await world.settle();
  const { exceptions } = await receipt(video);
  expect(exceptions).toEqual({ notFound: 1 });
  expect((await find(video)).target).toMatchObject({ notFound: 1 });
  await reapplyDeletion(world.ports, { videoId: video.videoId, by: 'operator' }, await find(video));
  await world.settle();
  const { receipts } = await find(video);
  expect(JSON.parse(receipts[1] ?? '').exceptions, 'a re-deletion seeks nothing by name').not.toHaveProperty(
    'notFound',
  );
});

test('F41 what is found in one pass is not missed in the next', async () => {
  const video = await aVideoWith((id) => `uploads/${id}/once.mp4`);
  await world.put(`uploads/${video.videoId}/once.mp4`);
  await due(video);
  const lift = world.s3.faults.failKeys({ key: /playlist/, code: 'AccessDenied' });
  await world.turn();
  expect((await find(video)).steps.deleteObjects.state).toBe('failed');
  expect(await world.inBucket(`uploads/${video.videoId}/`)).toEqual([]);
  lift();
  world.advance(2_000);
  await world.settle();
  expect((await receipt(video)).exceptions).not.toHaveProperty('notFound');
});
