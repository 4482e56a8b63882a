import { readdir, rm } from 'node:fs/promises';
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
