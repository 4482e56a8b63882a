import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { targetOf } from '../../functions/deletion/data-map/target.ts';
import type { VideoRow } from '../../functions/deletion/ports.ts';
import { newVideoId, proceed } from '../contracts/video-objects.ts';
import { startLocalDisk } from '../support/local-disk.ts';
import { RULES } from '../support/rules.ts';

/** A disk, a video whose row names this path, and its target. */
async function diskWith(pathOf: (id: string) => string) {
  const disk = await startLocalDisk();
  onTestFinished(() => disk.close());
  const videoId = newVideoId();
  const bucket = { bucket: '', root: disk.uploads, originalsPrefixes: ['uploads/', 'originals/'] };
  const video: VideoRow = { ownerId: 'owner', status: 'ready', hidden: false, urls: [pathOf(videoId)], runs: [] };
  const target = targetOf({ videoId, video }, { ...RULES, bucket });
  const found: string[] = [];
  const deleteAll = () => disk.objects.deleteAll({ videoId, ...target }, proceed, (key) => found.push(key));
  return { disk, videoId, target, found, deleteAll };
}

const OTHER = '0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c12';

test('F42 a file outside the patterns that is this video’s beyond doubt', async () => {
  const { disk, videoId, target, found, deleteAll } = await diskWith((id) => `/originals/${id}/holiday.mp4`);
  const name = `uploads/originals/${videoId}/holiday.mp4`;
  await disk.put(name);
  await disk.put(`uploads/originals/${videoId}/other.mp4`);
  await disk.put(`uploads/originals/${videoId}/${OTHER}/neighbour.mp4`);
  expect(await disk.objects.look({ videoId, ...target })).toEqual({ files: 2, bytes: 10 });
  expect(await deleteAll()).toEqual({ files: 2, bytes: 10 });
  const folder = `originals/${videoId}/`;
  expect(found.sort()).toEqual([folder, `${folder}${OTHER}/neighbour.mp4`, `${folder}holiday.mp4`]);
  expect(await disk.names()).toEqual([`uploads/originals/${videoId}/${OTHER}/neighbour.mp4`]);
});

test('F42 a file that may be another video’s stays, and is counted', async () => {
  const { disk, target, deleteAll } = await diskWith(() => '/originals/holiday.mp4');
  await disk.put('uploads/originals/holiday.mp4');
  expect(await deleteAll()).toEqual({});
  expect(await disk.names()).toEqual(['uploads/originals/holiday.mp4']);
  expect(target.notOurs.count).toBe(1);
});

test('F42 a named file behind a link is not followed', async () => {
  const { disk, videoId, target } = await diskWith((id) => `/originals/${id}/holiday.mp4`);
  const elsewhere = join(disk.folder, 'elsewhere');
  mkdirSync(elsewhere);
  mkdirSync(join(disk.uploads, 'originals'), { recursive: true });
  writeFileSync(join(elsewhere, 'holiday.mp4'), 'video');
  symlinkSync(elsewhere, join(disk.uploads, 'originals', videoId));
  const notListed = new Set<string>();
  await disk.objects.deleteAll({ videoId, ...target }, proceed, () => {}, notListed);
  expect([...notListed]).toEqual(['links']);
  expect(await disk.names()).toContain('elsewhere/holiday.mp4');
});

test('F42 an accented name whose other form is too long for the disk', async () => {
  const named = (id: string) => `originals/${id}/${'\u00e9'.repeat(100)}.mp4`;
  const { disk, videoId, deleteAll } = await diskWith((id) => `/${named(id)}`);
  await disk.put(`uploads/${named(videoId)}`);
  expect(await deleteAll()).toEqual({ files: 1, bytes: 5 });
});

test('F42 a value that means a place of the map, and another file as well', async () => {
  const { disk, videoId, deleteAll } = await diskWith((id) => `uploads/${id}.mp4`);
  await disk.put(`uploads/uploads/${videoId}.mp4`);
  expect(await deleteAll()).toEqual({ files: 1, bytes: 5 });
});

test('F40 a disk that is not mounted is no empty disk', async () => {
  const { disk, videoId, target, deleteAll } = await diskWith((id) => `/originals/${id}/holiday.mp4`);
  renameSync(disk.uploads, `${disk.uploads}-elsewhere`);
  await expect(deleteAll()).rejects.toMatchObject({ code: 'RootMissing' });
  await expect(disk.objects.look({ videoId, ...target })).rejects.toMatchObject({ code: 'RootMissing' });
});
