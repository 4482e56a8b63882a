import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type DemoOptions, runDemo } from '../../local/demo/run-demo.ts';
import { SMALL_SIZES } from '../../local/demo/video/video-content.ts';

const LOG = { info() {}, warn() {}, error() {} };

test('the demo goes on where an earlier process was stopped', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'demo-interrupted-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const demo = (options: Partial<DemoOptions>) => {
    const environment = { ...process.env, SETTLE_SECONDS: '1' };
    return runDemo({ folder, storage: 's3', environment, log: LOG, say() {}, sizes: SMALL_SIZES, ...options });
  };
  const interruption = new AbortController();
  const stopAtDelete = (line: string) => line.startsWith('DELETE') && interruption.abort();
  await expect(demo({ say: stopAtDelete, signal: interruption.signal })).rejects.toThrow('aborted');

  const lines: string[] = [];
  const { problems } = await demo({ say: (line) => lines.push(line) });
  expect(lines[0]).toContain('Continuing the deletion of');
  expect(problems).toEqual([]);
});
