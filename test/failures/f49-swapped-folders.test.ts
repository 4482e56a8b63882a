import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { newVideoId, proceed, targetOf } from '../contracts/video-objects.ts';
import { type LocalDisk, startLocalDisk } from '../support/local-disk.ts';

/** Called before each call of the file system, with its number, its name and its path. */
const hook = vi.hoisted(() => ({ calls: 0, before: (_call: number, _name: string, _path: string) => {} }));
vi.mock('node:fs/promises', async (importOriginal) => {
  const disk = await importOriginal<typeof import('node:fs/promises')>();
  const hooked = (name: string, call: unknown) => {
    return async (...args: unknown[]) => {
      hook.before(hook.calls++, name, `${args[0]}`);
      return await (call as (...args: unknown[]) => Promise<unknown>)(...args);
    };
  };
  const { lstat, opendir, readdir, open, unlink, rmdir, stat, readlink } = disk;
  const calls: Record<string, unknown> = { lstat, opendir, readdir, open, unlink, rmdir, stat, readlink };
  return { ...disk, ...Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, hooked(name, call)])) };
});
afterEach(() => {
  hook.before = () => {};
});

const FILES = ['720p/0.ts', '720p/1.ts', '720p/deep/2.ts', '480p/0.ts'];

/** Two videos with files of the same names. */
async function twoTrees() {
  const disk = await startLocalDisk();
  const [a, b] = [newVideoId(), newVideoId()];
  for (const id of [a, b]) {
    for (const name of FILES) await disk.put(`uploads/processed/${id}/${name}`);
    for (const name of FILES) await disk.put(`processing/${id}/${name}`);
    await disk.put(`uploads/originals/${id}.mp4`);
  }
  return { disk, a, b, ofB: (await disk.names()).filter((name) => name.includes(b)).sort() };
}

const treeOf = ({ uploads }: LocalDisk, id: VideoId) => join(uploads, 'processed', id);
const below = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? below(join(folder, entry.name)) : [join(folder, entry.name)],
  );

/** The swaps: what takes the place of a folder of A, which is moved aside inside the root. */
const SWAPS: [string, (disk: LocalDisk, a: VideoId, b: VideoId) => void][] = [
  ['a subfolder', (disk, a, b) => swap(disk, join(treeOf(disk, a), '720p'), join(treeOf(disk, b), '720p'))],
  ['a folder below it', (disk, a, b) => swap(disk, join(treeOf(disk, a), '720p/deep'), join(treeOf(disk, b), '720p'))],
  ['the whole tree', (disk, a, b) => swap(disk, treeOf(disk, a), treeOf(disk, b))],
  ['the folder of all', (disk, _a, b) => swap(disk, join(disk.uploads, 'processed'), join(disk.processing, b))],
];

function swap({ uploads }: LocalDisk, folder: string, other: string): void {
  if (!existsSync(folder) || !existsSync(other)) return;
  renameSync(folder, join(uploads, 'aside'));
  symlinkSync(other, folder);
}

test.for(SWAPS)(
  'F49 %s becomes a link to that of another video, at any call of the deletion',
  async ([, swapIt], { annotate }) => {
    let moments = 1;
    let found = 0;
    let reported = 0;
    for (let moment = 0; moment < moments; moment += 1) {
      const { disk, a, b, ofB } = await twoTrees();
      hook.calls = 0;
      hook.before = (call) => {
        if (call === moment) swapIt(disk, a, b);
      };
      const notListed = new Set<string>();
      const outcome = await disk.objects.deleteAll(targetOf(a), proceed, () => {}, notListed).catch((error) => error);
      moments = Math.max(moments, hook.calls);
      hook.before = () => {};
      // B's tree may have been moved with the folder of all.
      const left = below(disk.folder).filter((path) => path.includes(b));
      expect(left.length, `B after a swap at call ${moment}`).toBe(ofB.length);
      const aside = join(disk.uploads, 'aside');
      const movedAside = existsSync(aside) ? below(aside).filter((path) => !path.includes(b)).length : 0;
      const isReported = outcome instanceof Error || notListed.size > 0;
      if (movedAside > 0) expect(isReported, `what was moved aside at call ${moment}`).toBe(true);
      found += Number(existsSync(aside) && movedAside === 0);
      reported += Number(isReported);
      await disk.close();
    }
    await annotate(
      `${moments} moments: the other's files are all there; ${found} × found aside, ${reported} × reported`,
    );
  },
);

test('F49 a second process that swaps all the time', async ({ annotate }) => {
  const { disk, a, b, ofB } = await twoTrees();
  const [own, other] = [join(treeOf(disk, a), '720p'), join(treeOf(disk, b), '720p')];
  const script = `const { renameSync, symlinkSync, unlinkSync, mkdirSync } = require('node:fs');
    console.log('on');
    for (;;) try { renameSync(${JSON.stringify(own)}, ${JSON.stringify(`${own}.aside`)});
      symlinkSync(${JSON.stringify(other)}, ${JSON.stringify(own)});
      unlinkSync(${JSON.stringify(own)});
      renameSync(${JSON.stringify(`${own}.aside`)}, ${JSON.stringify(own)}); } catch { try { mkdirSync(${JSON.stringify(own)}, { recursive: true }); } catch {} }`;
  const swapper = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(swapper.stdout, 'data');
  let passes = 0;
  for (; passes < 200; passes += 1) {
    mkdirSync(treeOf(disk, a), { recursive: true });
    await disk.put(`uploads/processed/${a}/480p/again.ts`).catch(() => {});
    await disk.objects.deleteAll(targetOf(a), proceed, () => {}).catch(() => {});
  }
  swapper.kill('SIGKILL');
  await once(swapper, 'exit');
  expect(below(disk.folder).filter((path) => path.includes(b)).length).toBe(ofB.length);
  await disk.close();
  await annotate(`${passes} deletions beside it: ${ofB.length} of ${ofB.length} files of the other are there`);
});

test('F49 a file that vanishes after it was found is reported', async ({ annotate }) => {
  const { disk, a } = await twoTrees();
  const file = join(treeOf(disk, a), '480p/0.ts');
  hook.before = (_, name, path) => {
    const isItsTurn = name === 'unlink' && path.endsWith('/0.ts');
    if (isItsTurn && existsSync(file)) renameSync(file, join(disk.uploads, 'kept-for-me.ts'));
  };
  const notListed = new Set<string>();
  await disk.objects.deleteAll(targetOf(a), proceed, () => {}, notListed);
  expect([...notListed]).toEqual(['moved']);
  await disk.close();
  await annotate('notListed: moved');
});
