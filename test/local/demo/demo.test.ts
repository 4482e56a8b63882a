import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportTable } from '../../../local/demo/report-table.ts';
import { type DemoOptions, type DemoResult, runDemo } from '../../../local/demo/run-demo.ts';
import { SMALL_SIZES } from '../../../local/demo/video/video-content.ts';
import type { LocalPorts } from '../../../local/local-ports.ts';

/** A system starts, deletes two videos and stops in each of these tests. */
const TIMEOUT = 120_000;

const LOG = { info() {}, warn() {}, error() {} };
const environmentBefore = { ...process.env };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-'));
});

afterEach(async () => {
  process.env = { ...environmentBefore };
  await rm(folder, { recursive: true });
});

function demoIn(storage: 's3' | 'local', options: Partial<DemoOptions> = {}): Promise<DemoResult> {
  const environment = { ...environmentBefore, SETTLE_SECONDS: '1' };
  return runDemo({ folder, storage, environment, log: LOG, say() {}, sizes: SMALL_SIZES, ...options });
}

/** A system that promises everything, hides nothing and leaves all objects where they are. */
function broken(ports: LocalPorts): LocalPorts {
  const { rows, cache, objects } = ports;
  return {
    ...ports,
    rows: { ...rows, async hide() {} },
    ...(cache && { cache: { ...cache, async fence() {} } }),
    objects: { ...objects, deleteAll: async () => ({}), look: async () => ({}) },
  };
}

describe('the demo', () => {
  it('finds nothing of the video left in a bucket, and its neighbours whole', { timeout: TIMEOUT }, async () => {
    const result = await demoIn('s3');

    expect(result.problems).toEqual([]);
    expect(result.found.storage).toMatchObject({ objects: SMALL_SIZES.objects + 1, deleteMarkers: 4, uploads: 1 });
    expect(result.found.rows).toMatchObject({ views: 200, votes: 20, share_clicks: 6, reports: 1, videos: 1 });
    expect(result.found).toMatchObject({ cache: { keys: 4, pages: 2 }, edge: { copies: 2 }, runs: { running: 1 } });
    expect(Object.values(result.left).flatMap((counts) => Object.values(counts))).toSatisfy(areZeros);
    expect(result.whole).toBe(result.neighbours);
    expect(result.receipt).toMatchObject({
      notPartOf: [],
      counts: { deleteRows: { views: 200 } },
      resolved: { reports: 1 },
    });
    expect(reportTable(result)).toContain('noncurrent versions');
  });

  it('finds nothing of the video left in the files, and its neighbours whole', { timeout: TIMEOUT }, async () => {
    const result = await demoIn('local');

    expect(result.problems).toEqual([]);
    expect(result.found.storage.files).toBeGreaterThan(SMALL_SIZES.objects);
    expect(Object.values(result.left).flatMap((counts) => Object.values(counts))).toSatisfy(areZeros);
    expect(result.whole).toBe(result.neighbours);
  });

  it('says what is left and who was shown the video when a system only pretends', { timeout: TIMEOUT }, async () => {
    const { problems, left } = await demoIn('s3', { wrap: broken });

    expect(left.storage.objects).toBeGreaterThan(SMALL_SIZES.objects);
    expect(problems).toContain(`storage: ${left.storage.objects} objects of the video left`);
    expect(problems).toContain('storage: 7 objects of the misnamed video left');
    expect(problems).toContainEqual(expect.stringContaining('after the 202, the feed shows'));
    expect(problems).toContainEqual(expect.stringMatching(/^the receipt says 0 objects where \d+ were found$/));
    expect(problems).not.toContainEqual(expect.stringContaining('neighbour'));
  });
});

function areZeros(counts: number[]): boolean {
  return counts.length > 0 && counts.every((count) => count === 0);
}
