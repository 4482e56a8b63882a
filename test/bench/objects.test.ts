import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOSSES, type Loss } from '../../bench/objects/losses.ts';
import { type Bench, startBench } from '../../bench/objects/measure.ts';
import { minimumMilliseconds } from '../../bench/objects/minimum.ts';
import { lossTable, speedTable } from '../../bench/objects/tables.ts';
import { hlsKeys, NEIGHBOURS, TARGET } from '../../bench/objects/video.ts';
import { WAYS, type WayName } from '../../bench/objects/ways.ts';

const settings = { listMilliseconds: 0, deleteMilliseconds: 0 };
const NAMES = Object.keys(WAYS) as WayName[];

describe('the ways to delete a video', () => {
  let bench: Bench;
  beforeAll(() => {
    bench = startBench();
  });
  afterAll(() => bench.stop());

  it.each(NAMES)('%s leaves nothing where nothing goes wrong', async (way) => {
    const measured = await bench.way({ ...settings, keys: 2_500 }, way, Number.POSITIVE_INFINITY);
    expect(measured).toMatchObject({ failure: undefined, slowedDown: 0, left: { versions: 0 } });
    expect(measured.byOperation.DeleteObjects).toBe(3);
    expect(measured.peakMegabytes).toBeGreaterThan(50);
  });

  it.each(Object.keys(LOSSES) as Loss[])('ours leaves nothing but the neighbours: %s', async (loss) => {
    const { failure, left } = await bench.way({ ...settings, keys: 3_000, loss }, 'ours');
    expect({ failure, ...left }).toEqual({ failure: undefined, versions: 0, uploads: 0, neighboursLost: 0 });
  });

  it('a loop that reads no errors of single keys calls it a success, and leaves them', async () => {
    const { failure, left } = await bench.way({ ...settings, keys: 3_000, loss: 'key errors' }, 's5cmd');
    expect(failure).toBeUndefined();
    expect(left.versions).toBeGreaterThan(0);
  });
});

describe('npm run bench -- objects', () => {
  it('lays a video out in HLS: as many keys as were asked for, all of them its own', () => {
    const keys = [...hlsKeys(1_000)];
    expect(new Set(keys).size).toBe(1_000);
    expect(keys.every((key) => key.startsWith(TARGET.prefix))).toBe(true);
    expect(NEIGHBOURS.some((key) => key.startsWith(TARGET.prefix))).toBe(false);
  });

  it.each([
    [100_000, undefined, 160],
    [1_000, 3_500, 160],
    [11_500, 3_500, 2_160],
  ])('%i keys at %s a second take %i ms at least', (keys, throttle, least) => {
    const store = { keys, listMilliseconds: 40, deleteMilliseconds: 120, throttle };
    expect(minimumMilliseconds(store)).toBe(least);
  });

  const row = {
    ...{ name: 'a way', milliseconds: 3_200, cpuMilliseconds: 500, peakMegabytes: 130, failure: 'StepFailed' },
    ...{ byOperation: { ListObjectsV2: 10, DeleteObjects: 9, ListMultipartUploads: 1 }, slowedDown: 1 },
    left: { versions: 7, uploads: 2, neighboursLost: 1 },
  };

  it('prints ratios to the first row and to the minimum, and requests by kind', () => {
    const table = speedTable({ keys: 8_000, listMilliseconds: 40, deleteMilliseconds: 120 }, 160, [
      { ...row, name: 'ours', milliseconds: 1_600 },
      row,
    ]);
    const cells = table
      .split('\n')
      .find((line) => line.includes('a way'))
      ?.split('│')
      .map((cell) => cell.trim());
    const figures = [
      '3.20 s',
      '2.00×',
      '20×',
      '2500',
      '10',
      '9',
      '1',
      '1 (5.0 %)',
      '0.50 s',
      '130 MB',
      '7 (StepFailed)',
    ];
    expect(cells?.slice(1, -1)).toEqual(['a way', ...figures]);
  });

  it('prints what each way left', () => {
    expect(lossTable('versions', [row])).toMatch(/a way .* StepFailed .* 7 .* 2 .* 1 .* 9 /);
  });
});
