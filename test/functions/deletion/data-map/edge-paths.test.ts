import { expect, it } from 'vitest';
import { edgePathsOf, isWildcard } from '../../../../functions/deletion/data-map/edge-paths.ts';
import { parseVideoId } from '../../../../functions/deletion/video-id.ts';

const ID = parseVideoId('0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11');
const inBucket = {};
const onDisk = { bucket: { bucket: '', root: '/app/uploads', originalsPrefixes: [] } };

it('name each named key as CloudFront wants it encoded, and as others may encode it', () => {
  const strayKeys = [`uploads/${ID}.mp4`, `uploads/${ID}/a b*@é~.mp4`];
  expect(edgePathsOf(ID, { strayKeys }, inBucket)).toEqual([
    `/videos/${ID}/*`,
    `/uploads/${ID}.mp4`,
    `/uploads/${ID}/a%20b%2A@%C3%A9%7E.mp4`,
    `/uploads/${ID}/a%20b*`,
    `/uploads/${ID}/a%20b%2A%40%C3%A9%7E.mp4`,
  ]);
});

it('cut no encoded character in two where many wildcards become one', () => {
  const strayKeys = ['é', 'è', 'ê', 'ë', 'à', 'â', 'ä', 'ù', 'û'].map((letter) => `uploads/${letter}*/${ID}.mp4`);
  expect(edgePathsOf(ID, { strayKeys }, inBucket).filter(isWildcard)).toEqual([`/videos/${ID}/*`, '/uploads/%C3*']);
});

it('have few wildcards, whatever the row names: the edge takes at most fifteen', () => {
  const strayKeys = Array.from({ length: 40 }, (_, n) => `uploads/${ID}/${n}*/clip.mp4`);
  const paths = edgePathsOf(ID, { strayKeys }, inBucket);
  expect(paths.filter(isWildcard)).toEqual([`/videos/${ID}/*`, `/uploads/${ID}/*`]);
  expect(paths).toContain(`/uploads/${ID}/39%2A/clip.mp4`);
});

it('name a folder that held what no row names', () => {
  const filled = [`uploads/${ID}/`];
  expect(edgePathsOf(ID, { strayKeys: [], filled }, inBucket)).toEqual([`/videos/${ID}/*`, `/uploads/${ID}/*`]);
});

it('are on a disk those of its files as well', () => {
  expect(edgePathsOf(ID, { strayKeys: [] }, onDisk)).toEqual([
    `/videos/${ID}/*`,
    `/${ID}.*`,
    `/originals/${ID}.*`,
    `/processed/videos_${ID}_*`,
    `/processed/${ID}/*`,
  ]);
});
