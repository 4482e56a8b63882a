import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { VideoId } from '../../../../functions/deletion/video-id.ts';
import { describeVideoObjects, newVideoId, proceed, targetOf } from '../../../contracts/video-objects.ts';
import { type LocalDisk, namesOf, startLocalDisk } from '../../../support/local-disk.ts';

/** Paths that the disk refuses to touch: permissions alone do not bind a test that runs as root. */
const refused = vi.hoisted(() => new Set<string>());
/** Paths that are listed, and never found. */
const unfindable = vi.hoisted(() => new Set<string>());
vi.mock('node:fs/promises', async (importOriginal) => {
  const disk = await importOriginal<typeof import('node:fs/promises')>();
  // Calls go through the descriptors of open folders.
  const placeOf = (path: Buffer) => `${path}`.replace(/^\/proc\/self\/fd\/\d+/, (link) => readlinkSync(link));
  const refusing =
    <R>(operation: (path: Buffer) => Promise<R>) =>
    async (path: Buffer) => {
      if (refused.has(placeOf(path)))
        throw Object.assign(new Error(`permission denied, '${path}'`), { code: 'EACCES' });
      return await operation(path);
    };
  const lstat = async (path: Buffer) => {
    if (unfindable.has(placeOf(path))) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return await disk.lstat(path);
  };
  return {
    ...disk,
    lstat,
    unlink: refusing(disk.unlink),
    readdir: refusing((path) => disk.readdir(path, { encoding: 'buffer' })),
  };
});

describe('on a local disk', () => describeVideoObjects(startLocalDisk));

describe('local files', () => {
  let disk: LocalDisk;
  let videoId: VideoId;
  beforeEach(async () => {
    disk = await startLocalDisk();
    videoId = newVideoId();
    refused.clear();
    unfindable.clear();
  });
  afterEach(() => disk.close());
  const deleteAll = () => disk.objects.deleteAll(targetOf(videoId), proceed);

  it('leaves no empty folder of the video behind, and keeps those of all videos', async () => {
    await disk.fill(videoId);
    await deleteAll();
    expect(readdirSync(disk.processing)).toEqual([]);
    expect(readdirSync(disk.uploads).sort()).toEqual(['originals', 'processed']);
    expect(readdirSync(join(disk.uploads, 'processed'))).toEqual([]);
  });

  it('goes on beside a file that is refused, and deletes it once it is allowed', async () => {
    const filled = await disk.fill(videoId);
    const name = `uploads/processed/${videoId}/720p/7.ts`;
    refused.add(join(disk.folder, name));
    const counts = { files: (filled.files ?? 0) - 1, bytes: (filled.bytes ?? 0) - 5 };
    await expect(deleteAll()).rejects.toMatchObject({ code: 'EACCES', counts });
    expect(await disk.names()).toEqual([name]);
    refused.clear();
    expect(await deleteAll()).toEqual({ files: 1, bytes: 5 });
  });

  it.each(['uploads/processed/videos_{id}_playlist.m3u8', 'processing/{id}/a/b', 'uploads/{id}.mp4'])(
    'does not take %s for gone, which is listed and cannot be found',
    async (pattern) => {
      await disk.fill(videoId);
      const name = pattern.replace('{id}', videoId);
      unfindable.add(join(disk.folder, name));
      await expect(deleteAll()).rejects.toMatchObject({ code: 'NameNotFound' });
      await expect(disk.objects.look(targetOf(videoId))).rejects.toMatchObject({ code: 'NameNotFound' });
      unfindable.clear();
      await deleteAll();
      expect(await disk.names()).toEqual([]);
    },
  );

  it('goes on beside a folder that cannot be read, and a look at it fails', async () => {
    await disk.fill(videoId);
    refused.add(join(disk.processing, videoId, 'a'));
    const counts = { files: namesOf(videoId).length - 1 };
    await expect(deleteAll()).rejects.toMatchObject({ code: 'EACCES', counts });
    expect(await disk.names()).toEqual([`processing/${videoId}/a/b/c/frame.png`]);
    await expect(disk.objects.look(targetOf(videoId))).rejects.toMatchObject({ code: 'EACCES' });
  });

  describe('links', () => {
    const outside = () => join(disk.folder, 'outside');
    const link = async (from: string, to: string) => {
      await mkdir(dirname(from), { recursive: true });
      await rm(from, { recursive: true, force: true });
      await symlink(to, from);
    };

    it.each([
      ['to a file', () => join(disk.uploads, `${videoId}.mp4`), 'keep.mp4'],
      ['in place of the folder of the video', () => join(disk.uploads, 'processed', videoId), '.'],
      ['in the folder of the video', () => join(disk.processing, videoId, '720p'), '.'],
      ['to what is gone', () => join(disk.processing, videoId), 'gone.mp4'],
    ])('one %s goes, its target stays', async (_, from, to) => {
      await disk.put('outside/keep.mp4');
      await link(from(), join(outside(), to));
      expect(await disk.objects.look(targetOf(videoId))).toEqual({ files: 1 });
      expect(await deleteAll()).toEqual({ files: 1 });
      expect(await disk.names()).toEqual(['outside/keep.mp4']);
    });

    it.each([
      ['a root', () => disk.uploads, 'outside'],
      ['a folder on the way', () => join(disk.uploads, 'originals'), 'outside'],
      ['a folder on the way, inside the root', () => join(disk.uploads, 'originals'), 'uploads/elsewhere'],
    ])('one in place of %s is not followed; the rest goes', async (_, from, to) => {
      await disk.put(`${to}/${videoId}.mp4`);
      await link(from(), join(disk.folder, to));
      await disk.put(`processing/${videoId}/input.mp4`);
      await expect(deleteAll()).rejects.toMatchObject({ code: 'LinkedFolder', counts: { files: 1, bytes: 5 } });
      expect(existsSync(join(disk.folder, to, `${videoId}.mp4`))).toBe(true);
    });
  });
});
