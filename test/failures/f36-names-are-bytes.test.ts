import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newVideoId, proceed, targetOf } from '../contracts/video-objects.ts';
import { startLocalDisk } from '../support/local-disk.ts';

/** Names that are no UTF-8, or that a careless program changes on the way. */
const NAMES: Record<string, Buffer> = {
  'Latin-1': Buffer.from('caf\xe9.ts', 'latin1'),
  'a lone continuation byte': Buffer.from([0x80]),
  'half of a character': Buffer.from([0xf0, 0x9f, 0x8e]),
  'a line break': Buffer.from('a\nb.ts'),
  'the replacement character itself': Buffer.from('\ufffd.ts'),
  'an accent as a character of its own': Buffer.from('cafe\u0301.ts'),
  'a blank at the end': Buffer.from('a.ts '),
};

test.for(Object.entries(NAMES))('F36 %s, in every folder of a video', async ([, name]) => {
  const disk = await startLocalDisk();
  onTestFinished(() => disk.close());
  const videoId = newVideoId();
  const folders = [
    [join(disk.uploads, 'processed'), `videos_${videoId}_`],
    [join(disk.uploads, 'processed', videoId, '720p'), ''],
    [join(disk.uploads, 'originals'), `${videoId}.`],
    [disk.uploads, `${videoId}.`],
    [join(disk.processing, videoId), ''],
  ] as const;
  for (const [folder, start] of folders) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/${start}`), name]), 'video');
  }
  const inFolder = Buffer.concat([Buffer.from(`${join(disk.processing, videoId)}/`), name, Buffer.from('-folder')]);
  mkdirSync(inFolder);
  writeFileSync(Buffer.concat([inFolder, Buffer.from('/'), name]), 'video');
  const everything = { files: folders.length + 1, bytes: 5 * (folders.length + 1) };

  expect(await disk.objects.look(targetOf(videoId))).toEqual(everything);
  expect(await disk.objects.deleteAll(targetOf(videoId), proceed)).toEqual(everything);
  expect(await disk.objects.look(targetOf(videoId))).toEqual({});
  const left = execFileSync('find', [disk.folder, '-type', 'f'], { encoding: 'utf8' });
  expect(left).toBe('');
  expect(readdirSync(disk.processing)).toEqual([]);
});
