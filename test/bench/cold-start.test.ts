import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldStartTable, median } from '../../bench/cold-start.ts';
import { type BundlePart, largestParts } from '../../bench/largest-parts.ts';

describe('the largest parts of a bundle', () => {
  let folder: string;
  let parts: BundlePart[];
  let bytes: number;
  let inputs: Record<string, { bytesInOutput: number }>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parts-'));
    const outfile = join(folder, 'index.mjs');
    const { metafile } = await build({
      ...{ bundle: true, minify: true, sourcemap: true, metafile: true, platform: 'node', format: 'esm' },
      entryPoints: ['functions/stores/sqs/deletion-messages.ts'],
      outfile,
    });
    inputs = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint)?.inputs ?? {};
    bytes = (await stat(outfile)).size;
    parts = await largestParts(outfile);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const counted = (place: string) =>
    Object.entries(inputs)
      .filter(([file]) => file.includes(place))
      .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);

  it('are as large as esbuild says, but for a percent, the largest first', () => {
    const [zod] = parts;
    expect(zod?.name).toBe('zod');
    expect(Math.abs((zod?.bytes ?? 0) / counted('node_modules/zod/') - 1)).toBeLessThan(0.01);
  });

  it('have our own code by its folders', () => {
    const ours = parts.find(({ name }) => name === 'functions/deletion');
    expect(Math.abs((ours?.bytes ?? 0) / counted('functions/deletion/') - 1)).toBeLessThan(0.1);
  });

  it('add up to the bundle', () => {
    const all = parts.reduce((sum, part) => sum + part.bytes, 0);
    expect(all).toBeLessThanOrEqual(bytes);
    expect(all).toBeGreaterThan(0.98 * bytes);
  });
});

describe('npm run bench -- cold-start', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])('takes the median of %j', (numbers, middle) => {
    expect(median(numbers)).toBe(middle);
  });

  it('prints a row for each function, with as many parts as were asked for', () => {
    const parts = ['kysely', 'pg', 'zod'].map((name, n) => ({ name, bytes: 30_000 - 10_000 * n }));
    const sweep = { name: 'sweep', bytes: 628_000, gzippedBytes: 176_400, loadMilliseconds: [90, 400, 110], parts };
    const table = coldStartTable([sweep], { parts: 2 });
    expect(table).toMatch(/sweep .* 628 kB .* 176 kB .* 110 ms .* 90 – 400 ms .* kysely 30 kB/);
    expect(table).toContain('pg 20 kB');
    expect(table).not.toContain('zod');
  });
});
