import { readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChild } from '../support/child.ts';
import { newFolder } from '../support/system.ts';

let folder: string;
beforeAll(async () => {
  folder = await newFolder();
});
afterAll(() => rm(folder, { recursive: true }));

/**
 * Starts the command, which must fail. @returns what it prints, when it has ended with 1 and left nothing running in
 * the folder
 */
async function refused(args: string[], environment: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await startChild('bin/local.ts', ['--folder', folder, ...args], environment).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  const left = (await readdir(folder, { recursive: true })).filter((file) => /running\.pid|postmaster\.pid/.test(file));
  expect(left.map((file) => join(folder, file))).toEqual([]);
  return stderr;
}

test('a wrong setting stops the start with one line: its name, what was found, what is expected', async () => {
  const line = await refused(['--port', '0'], { UNDO_SECONDS: 'ten' });
  expect(line).toBe('UNDO_SECONDS is "ten", expected a whole number from 0 to 7776000\n');
  expect(await readdir(folder), 'nothing was begun').toEqual([]);
});

test('VIDEO_STORAGE=ftp stops the start with one line that says what is expected', async () => {
  const line = await refused(['--port', '0'], { VIDEO_STORAGE: 'ftp' });
  expect(line).toMatch(/^[^\n]*'ftp'[^\n]*VIDEO_STORAGE[^\n]*s3, local[^\n]*\n$/);
});

test('several wrong settings are named together, one line each', async () => {
  const lines = await refused(['--port', '0'], { UNDO_SECONDS: '-1', LOG_LEVEL: 'LOUD' });
  expect(lines.trimEnd().split('\n')).toEqual([
    'UNDO_SECONDS is "-1", expected a whole number from 0 to 7776000',
    'LOG_LEVEL is "LOUD", expected DEBUG, INFO, WARN or ERROR',
  ]);
});

test('a port that is taken stops the start with one line that says what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  try {
    expect(await refused(['--port', String(port)])).toBe(`Port ${port} is taken: choose another with --port\n`);
  } finally {
    other.close();
  }
});

test('a port that is none stops the start with one line that says what is expected', async () => {
  expect(await refused(['--port', '70000'])).toMatch(/^[^\n]*'70000'[^\n]*from 0 to 65535\.?\n$/);
});

test.each([
  [
    'a database that cannot be reached',
    { DATABASE_URL: 'postgres://app:geheim@127.0.0.1:1/videos' },
    'The database does not let us in (ECONNREFUSED): check DATABASE_URL, and that the server runs',
  ],
  [
    'a store that cannot be reached',
    { VIDEO_BUCKET: 'videos', STORAGE_ENDPOINT: 'http://127.0.0.1:1' },
    'A store did not answer as it should (ECONNREFUSED): check VIDEO_BUCKET, STORAGE_ENDPOINT, DELETIONS_TABLE and your credentials',
  ],
  [
    'an endpoint without its bucket',
    { STORAGE_ENDPOINT: 'http://127.0.0.1:1' },
    'STORAGE_ENDPOINT is set without VIDEO_BUCKET: name the bucket as well, or neither',
  ],
])('%s stops the start with one line that says what to do', async (_, environment, line) => {
  // With data of an earlier start, a store would not be asked before the first deletion.
  const unused = join(folder, 'unused');
  expect(await refused(['--folder', unused, '--port', '0'], environment)).toBe(`${line}\n`);
  await rm(unused, { recursive: true, force: true });
});

test('a folder that cannot be one stops the start with one line that says what to do', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  const { code, stderr } = await startChild('bin/local.ts', ['--folder', file, '--port', '0']).ended;
  const below = join(file, 's3');
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `${below} cannot be used (ENOTDIR): choose a folder that can be written with --folder; it is ${below} now\n`,
  });
});
