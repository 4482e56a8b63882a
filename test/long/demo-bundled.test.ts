import { expect, test } from 'vitest';
import { startChild } from '../support/child.ts';

test('npm run demo -- --bundled finds nothing of the video left, and its neighbours whole', async () => {
  const { code, stdout, stderr } = await startChild('bin/demo.ts', ['--bundled']).ended;
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/Deleted, verified and signed in .*: nothing left, [\d,]+ neighbours unchanged/);
});
