import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { findPrograms } from '../../bench/objects/programs.ts';

it('uses the programs on the PATH, and says where to get the others instead of installing them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'programs-'));
  vi.stubEnv('PATH', folder);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, 'rclone'), '', { mode: 0o755 });

  const printed: string[] = [];
  const found = await findPrograms((line) => printed.push(line));

  expect(found.map(({ name }) => name)).toEqual(['rclone']);
  expect(printed).toEqual([
    expect.stringMatching(/^s5cmd is not on the PATH.* install it: https:/),
    expect.stringMatching(/^s3cmd is not on the PATH.* install it: https:/),
    expect.stringMatching(/^aws is not on the PATH.* install it: https:/),
  ]);
});
