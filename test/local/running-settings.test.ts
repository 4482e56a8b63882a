import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRunning, publishSettings } from '../../local/running-settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'running-'));
  await mkdir(join(folder, 's3'));
});
afterEach(() => rm(folder, { recursive: true }));

const ENVIRONMENT = {
  DELETIONS_TABLE: 'deletions',
  AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1',
  AWS_SECRET_ACCESS_KEY: 'a real one',
  HOME: '/root',
};

test('a system that runs is found by its folder or the one above, with its settings and no secrets of others', async () => {
  const place = join(folder, 's3');
  const takeAway = await publishSettings(place, ENVIRONMENT);
  const environment = {
    AWS_REGION: 'us-east-1',
    DELETIONS_TABLE: 'deletions',
    AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1',
  };
  for (const root of [folder, place]) expect(await findRunning(root)).toEqual([{ folder: place, environment }]);
  expect((await stat(join(place, 'settings.json'))).mode & 0o777).toBe(0o600);
  await takeAway();
  expect(await findRunning(folder)).toEqual([]);
});

test('what a process that was killed has left behind is passed over, and the next one writes its own', async () => {
  const file = join(folder, 's3', 'settings.json');
  // No process has a number so large.
  await writeFile(file, JSON.stringify({ pid: 2 ** 30, environment: {} }), { mode: 0o644 });
  expect(await findRunning(folder)).toEqual([]);
  await publishSettings(join(folder, 's3'), ENVIRONMENT);
  expect(await findRunning(folder)).toHaveLength(1);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a folder that is not there has no system', async () => {
  expect(await findRunning(join(folder, 'nowhere'))).toEqual([]);
});
