import { expect, it } from 'vitest';
import {
  batchedTables,
  cacheKeysOf,
  childTables,
  deletedTables,
  derivedTables,
  feedPagesKeyOf,
  goneKeyOf,
  ownerCacheKeysOf,
  prefixOf,
  resolvedTables,
  runNameOf,
} from '../../../../functions/deletion/data-map/data-map.ts';
import { parseVideoId } from '../../../../functions/deletion/video-id.ts';

const ID = parseVideoId('0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11');

it('names where a video lives as the platform does', () => {
  expect(prefixOf(ID)).toBe(`videos/${ID}/`);
  expect(cacheKeysOf(ID)).toEqual(['', ':meta', ':playback', ':stats'].map((kind) => `video:${ID}${kind}`));
  expect(ownerCacheKeysOf('o')).toEqual(['user:o:profile', 'user:o:stats', 'user:o:videos']);
  expect([feedPagesKeyOf(ID), goneKeyOf(ID)]).toEqual([`video:${ID}:feeds`, `video:${ID}:gone`]);
  expect([0, 1, 2].map((n) => runNameOf(ID, n))).toEqual([`video-${ID}`, `video-${ID}-1`, `video-${ID}-2`]);
});

it('says of every table what becomes of its rows, children before what they refer to, and runs only with the video', () => {
  const namesOf = (places: readonly { table: string }[]) => places.map(({ table }) => table);
  const children = ['share_clicks', 'share_links', 'views', 'user_liked_videos', 'votes'];
  expect(namesOf(batchedTables())).toEqual(children);
  expect(namesOf(childTables())).toEqual([...children, 'processing_runs']);
  expect(namesOf(deletedTables())).toEqual([...children, 'processing_runs', 'videos']);
  expect(namesOf(resolvedTables())).toEqual(['reports']);
  expect(namesOf(derivedTables())).toEqual(['video_stats']);
});
