import { symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StoredVideos } from '../../../../functions/deletion/orphans/orphan.ts';
import { createLocalPrefixes } from '../../../../functions/stores/files/local-prefixes.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';
import { type LocalDisk, startLocalDisk } from '../../../support/local-disk.ts';

let disk: LocalDisk;
let stored: StoredVideos;
beforeEach(async () => {
  disk = await startLocalDisk();
  stored = createLocalPrefixes(disk);
});
afterEach(() => disk.close());

async function listed() {
  const all = { ids: [] as string[], foreign: [] as string[] };
  for await (const { videoIds, foreign } of stored.list()) {
    all.ids.push(...videoIds);
    all.foreign.push(...foreign);
  }
  return { ids: all.ids.sort(), foreign: all.foreign.sort() };
}

test('a folder of its own and safe names name a video, each once; everything else is foreign', async () => {
  const [own, flat] = [aVideoId(), aVideoId()];
  await disk.put(`uploads/processed/${own}/renditions.json`);
  await disk.put(`uploads/processed/videos_${own}_playlist.m3u8`);
  await disk.put(`uploads/processed/videos_${flat}_720p_${flat}_001.ts`);
  await disk.put(`uploads/processed/videos_${flat}_thumbnail.jpg`);
  await disk.put(`uploads/processed/${own.toUpperCase()}/a.ts`);
  await disk.put('uploads/processed/notes.txt');
  await disk.put(`uploads/${aVideoId()}.mp4`);
  expect(await listed()).toEqual({
    ids: [own, flat].sort(),
    foreign: [`processed/${own.toUpperCase()}`, 'processed/notes.txt'].sort(),
  });
});

test('nothing has been processed yet', async () => {
  expect(await listed()).toEqual({ ids: [], foreign: [] });
  expect(await stored.newestAt(aVideoId())).toBeUndefined();
});

test('F51 the newest of all that a deletion would take, wherever it is, whatever time it claims', async () => {
  const videoId = aVideoId();
  const at = async (name: string, time: string) => {
    await disk.put(name);
    await utimes(join(disk.folder, name), new Date(time), new Date(time));
  };
  const before = Date.now() - 1000;
  await at(`uploads/processed/${aVideoId()}/a.ts`, '2200-01-04T00:00:00Z');
  await at(`uploads/processed/${videoId}/a.ts`, '2026-01-01T00:00:00Z');
  const copied = (await stored.newestAt(videoId))?.getTime();
  expect(copied).toBeGreaterThanOrEqual(before);
  expect(copied).toBeLessThanOrEqual(Date.now() + 1000);
  await at(`processing/${videoId}/frame.png`, '2200-01-03T00:00:00Z');
  expect(await stored.newestAt(videoId)).toEqual(new Date('2200-01-03T00:00:00Z'));
});

test('a folder that is a link is not followed: that is an error, not an absence', async () => {
  const videoId = aVideoId();
  await disk.put('elsewhere/file.ts');
  await disk.put(`uploads/processed/${videoId}/a.ts`);
  await symlink(join(disk.folder, 'elsewhere'), join(disk.uploads, 'originals'));
  await expect(stored.newestAt(videoId)).rejects.toMatchObject({ code: 'LinkedFolder' });
});
