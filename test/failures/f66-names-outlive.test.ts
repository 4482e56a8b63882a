import { expect, test } from 'vitest';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find } = deletionsIn(world);

/** Keys that a platform may give an original, and whether they may stay on the tombstone of a deleted video. */
const KEYS: [string, boolean][] = [
  ['originals/{id}.mp4', true],
  ['originals/2026/05/{id}.tar.gz', true],
  ['originals/{owner}/{id}/{id}.mov', true],
  ['originals/jane.doe@example.com/{id}.mp4', false],
  ['originals/{id}.Jane Doe.mp4', false],
  ['originals/{id}.jane.mp4', false],
  ['originals/{id}/Jane Doe.mp4', false],
  ['originals/Jane/{id}.mp4', false],
  ['originals/19850412/{id}.mp4', false],
  ['originals/{id}.mp4/Jane', false],
];

test.for(KEYS)('F66 %s on the tombstone of a deleted video', async ([pattern, stays]) => {
  const video = await world.video();
  const key = pattern.replaceAll('{id}', video.videoId).replaceAll('{owner}', video.ownerId);
  await world.db.updateTable('videos').set({ url_mp4: key }).where('id', '=', video.videoId).execute();
  await world.put(key);
  await due(video);
  await world.settle();
  const tombstone = await find(video);
  expect(tombstone.state).toBe('deleted');
  expect(JSON.stringify(tombstone).includes(key)).toBe(stays);
  expect(JSON.stringify(tombstone)).not.toMatch(/jane|19850412/i);
});
