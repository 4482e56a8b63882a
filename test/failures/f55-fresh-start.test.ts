import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Child, startChild } from '../support/child.ts';
import { newFolder } from '../support/system.ts';

let folder: string;
let place: string;
beforeAll(async () => {
  folder = await newFolder();
  place = join(folder, 's3');
});
afterAll(() => rm(folder, { recursive: true }));

const children: Child[] = [];
const start = (args: string[], environment: Record<string, string> = {}) => {
  const child = startChild('bin/local.ts', ['--folder', folder, '--port', '0', ...args], environment);
  children.push(child);
  return child;
};
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.interrupt();
    await child.ended;
  }
});

/** Starts the system, and stops it once it runs. @returns what it printed */
async function startAndStop(args: string[] = []): Promise<string> {
  const child = start(args);
  await child.until(/Ctrl-C stops/);
  child.interrupt();
  const { code, stdout } = await child.ended;
  expect(code).toBe(0);
  return stdout;
}

/** A file of the storage that a test has put there, so that it can see whether the folder was emptied. */
const mine = () => join(place, 's3', 'mine.txt');
beforeEach(async () => {
  await mkdir(join(place, 's3'), { recursive: true });
  await writeFile(mine(), 'mine');
});
const isThere = async () => (await readFile(mine(), 'utf8').catch(() => '')) === 'mine';

test('F55 before the first receipt a fresh start begins anew, and only then is the folder emptied', async ({
  annotate,
}) => {
  await rm(place, { recursive: true });
  await startAndStop();
  await writeFile(mine(), 'mine');
  await startAndStop(['--fresh']);
  expect(await isThere()).toBe(false);
  expect((await readdir(place)).filter((name) => name.startsWith('.before'))).toEqual([]);
  await annotate('started, stopped, started afresh: the folder is new');
});

const WRONG: [string, string[], Record<string, string>][] = [
  ['a wrong setting', [], { UNDO_SECONDS: 'ten' }],
  ['settings that contradict each other', [], { DATABASE_HOST: 'db.example', DATABASE_NAME: 'x' }],
  [
    'a store that cannot be reached',
    [],
    { CACHE_URL: 'redis://127.0.0.1:1', DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/x' },
  ],
];

test.for(WRONG)('F55 a fresh start with %s empties nothing', async ([, args, environment], { annotate }) => {
  const before = (await readdir(place)).sort();
  const { code } = await start(['--fresh', ...args], environment).ended;
  expect(code).toBe(1);
  expect(await isThere()).toBe(true);
  expect((await readdir(place)).sort()).toEqual(before);
  await annotate('refused; the folder is as it was');
});

test('F55 a fresh start on a taken port empties nothing', async ({ annotate }) => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { code } = await start(['--fresh', '--port', String((other.address() as AddressInfo).port)]).ended;
  other.close();
  expect(code).toBe(1);
  expect(await isThere()).toBe(true);
  await startAndStop();
  expect(await isThere()).toBe(true);
  await annotate('refused; the next start goes on with what was there');
});

test('F55 a fresh start beside a running system does not touch it', async ({ annotate }) => {
  const running = start([]);
  const [, url] = (await running.until(/(http:\/\/127\.0\.0\.1:\d+)\/\?as=/)) ?? [];
  const { code, stderr } = await start(['--fresh']).ended;
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('is in use by process') });
  expect((await fetch(`${url}/api/v1/feed`)).status).toBe(200);
  expect(await isThere()).toBe(true);
  running.interrupt();
  await running.ended;
  await annotate('refused; the running one answers, and has its files');
});

test('F55 a fresh start that was killed is taken back by the next start', async ({ annotate }) => {
  const child = start(['--fresh']);
  await expect
    .poll(async () => (await readdir(place)).some((name) => name.startsWith('.before')), { timeout: 20_000 })
    .toBe(true);
  child.kill();
  await child.ended;
  await startAndStop();
  expect(await isThere()).toBe(true);
  await annotate('killed while the content stood aside: the next start has put it back');
});

test('F55 a folder that is not ours is never emptied', async ({ annotate }) => {
  const other = join(folder, 'documents');
  await mkdir(join(other, 's3'), { recursive: true });
  await writeFile(join(other, 's3', 'thesis.txt'), 'years');
  const { code, stderr } = await startChild('bin/local.ts', ['--folder', other, '--port', '0', '--fresh']).ended;
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('was not created by npm start') });
  expect(await readFile(join(other, 's3', 'thesis.txt'), 'utf8')).toBe('years');
  await annotate('refused');
});
