import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../support/child.ts';

test('npm run demo -- --bundled finds nothing of the video left, and its neighbours whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'demo-bundled-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { code, stdout, stderr } = await startChild('bin/demo.ts', ['--bundled', folder]).ended;
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/Deleted, verified and signed in .*: nothing left/);
});
