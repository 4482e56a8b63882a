import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import Table from 'cli-table3';
import { type Bundle, buildBundles, entryOf } from '../local/handlers/bundles.ts';
import { type BundlePart, largestParts } from './largest-parts.ts';

export type ColdStartOptions = {
  /** How many fresh processes load each function. The table shows their median. */
  runs: number;
  /** How many of the largest parts to name. */
  parts: number;
};

export type ColdStart = {
  name: string;
  /** The minified size, without the source map. */
  bytes: number;
  /** The gzipped size, which is close to the size of the upload. */
  gzippedBytes: number;
  /** How long a new Node process takes to import the bundle: each run, in milliseconds. */
  loadMilliseconds: number[];
  parts: BundlePart[];
};

/** Bundles the functions as a deployment does, and measures what the first invocation of each must load. */
export async function measureColdStarts({ runs }: Pick<ColdStartOptions, 'runs'>): Promise<ColdStart[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cold-start-'));
  try {
    const measured: ColdStart[] = [];
    // One after another, because concurrent runs would slow each other down.
    for (const bundle of Object.values(await buildBundles(folder))) measured.push(await measure(bundle, runs));
    return measured;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(bundle: Bundle, runs: number): Promise<ColdStart> {
  const { file } = entryOf(bundle);
  const code = await readFile(file);
  const loadMilliseconds: number[] = [];
  for (let run = 0; run < runs; run++) loadMilliseconds.push(await timeToLoad(bundle, file));
  return {
    name: bundle.name,
    bytes: code.length,
    gzippedBytes: (await promisify(gzip)(code)).length,
    loadMilliseconds,
    parts: await largestParts(file),
  };
}

/** Uses the template's options for Node, so source maps are loaded if the template says so. */
async function timeToLoad({ folder, environment }: Bundle, file: string): Promise<number> {
  const script = `const from = performance.now();
await import(${JSON.stringify(pathToFileURL(file).href)});
process.stdout.write(String(performance.now() - from), () => process.exit());`;
  const env = { AWS_REGION: 'us-east-1', NODE_OPTIONS: String(environment.NODE_OPTIONS ?? '') };
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env });
  return Number(stdout);
}

/** The table for people. */
export function coldStartTable(measured: readonly ColdStart[], { parts }: Pick<ColdStartOptions, 'parts'>): string {
  const table = new Table({
    head: ['function', 'minified', 'gzip', 'load', 'fastest – slowest', 'largest parts'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const { name, bytes, gzippedBytes, loadMilliseconds: times, parts: all } of measured) {
    const largest = all.slice(0, parts).map((part) => `${part.name} ${kilobytes(part.bytes)}`);
    const range = `${Math.min(...times).toFixed(0)} – ${Math.max(...times).toFixed(0)} ms`;
    table.push([
      name,
      kilobytes(bytes),
      kilobytes(gzippedBytes),
      `${median(times).toFixed(0)} ms`,
      range,
      largest.join('\n'),
    ]);
  }
  return table.toString();
}

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`;

/** The middle value, or the mean of the two middle values. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const [low = 0, high = low] = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return (low + high) / 2;
}
