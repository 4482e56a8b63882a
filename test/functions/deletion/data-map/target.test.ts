import { describe, expect, it } from 'vitest';
import { targetOf } from '../../../../functions/deletion/data-map/target.ts';
import type { VideoRow } from '../../../../functions/deletion/ports.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const { ports } = openMemoryWorld();
const videoId = aVideoId();
const video: VideoRow = { ownerId: 'owner', status: 'ready', urls: ['elsewhere/a.mp4'], hidden: false, runs: ['run'] };

const folders = ['uploads/', 'originals/'].map((prefix) => `${prefix}${videoId}/`);
const named = { prefix: `videos/${videoId}/`, folders, runs: ['run'], strayKeys: [], wasReady: true };
const notOurs = { count: 1, sha256: expect.any(String) };

it('counts what is not ours', () => {
  expect(targetOf({ videoId, video }, ports.rules)).toEqual({ ...named, notOurs });
  expect(targetOf({ videoId, video: { ...video, status: 'failed' } }, ports.rules)).not.toHaveProperty('wasReady');
});

describe('on a disk', () => {
  const files = { ...ports.rules, bucket: { bucket: '', root: '/app/uploads', originalsPrefixes: ['originals/'] } };
  const onDisk = { ...named, folders: [`originals/${videoId}/`] };
  const targetWith = (url: string) => targetOf({ videoId, video: { ...video, urls: [url] } }, files);

  it.each([
    `/app/uploads/${videoId}.mp4`,
    `/${videoId}.mp4`,
    `https://cdn.example.com/uploads/originals/${videoId}.mov`,
    `processed/${videoId}/720p/a.ts`,
    `/videos/${videoId}/playlist.m3u8`,
  ])('%s is deleted anyway, by a pattern of the data map', (url) => {
    expect(targetWith(url)).toEqual({ ...onDisk, notOurs: { count: 0 } });
  });

  it.each([
    [`/app/uploads/originals/${videoId}/holiday.mp4`, `originals/${videoId}/holiday.mp4`],
    [`originals/2026/${videoId}.mp4`, `originals/2026/${videoId}.mp4`],
  ])('%s is a file of the video', (url, key) => {
    expect(targetWith(url)).toMatchObject({ strayKeys: [key], sought: [[key]], notOurs: { count: 0 } });
  });

  it.each([
    '/originals/holiday.mp4',
    '/app/uploads/originals/holiday.mp4',
    'https://s3.amazonaws.com/x/originals/a.mp4',
    `https://s3.amazonaws.com/x/originals/${videoId}.mp4`,
    `https://s3.amazonaws.com//originals/${videoId}.mp4`,
  ])('%s is not ours, and counted', (url) => {
    expect(targetWith(url)).toEqual({ ...onDisk, notOurs });
  });
});
