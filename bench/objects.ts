import { FUNCTION_SIZES } from '../lib/constructs/functions/function-sizes.ts';
import { median } from './cold-start.ts';
import { KEYS_AT_A_LOSS, LOSSES, type Loss } from './objects/losses.ts';
import { type Bench, type Measured, startBench } from './objects/measure.ts';
import { minimumMilliseconds } from './objects/minimum.ts';
import { findPrograms, type Program } from './objects/programs.ts';
import type { StoreSettings } from './objects/store.ts';
import { lossTable, memoryTable, type Row, speedTable } from './objects/tables.ts';
import { WAYS, type WayName } from './objects/ways.ts';

export type ObjectsOptions = {
  /** The sizes of the video, in keys. */
  keys: readonly number[];
  /** How long the store takes for a list and for a delete, in milliseconds. */
  listMs: number;
  deleteMs: number;
  /** Keys a second that a throttled store accepts. */
  throttle: number;
  /** The largest video to delete from a throttled store. A million keys would take five minutes for each way. */
  throttleUpTo: number;
};

/** No limit on our own rate, so that only the store's answers limit us. */
const UNLIMITED = Number.POSITIVE_INFINITY;
/** Small videos are deleted so quickly that one run is not reliable. */
const RUNS_OF_SMALL = 3;
const SMALL = 10_000;
const A_PAGE = 1_000;
const NAMES = Object.keys(WAYS) as WayName[];

/**
 * Deletes videos in all ways. Prints one table for each size and setting, and then what each way leaves when something
 * goes wrong.
 */
export async function measureObjects(options: ObjectsOptions, print: (text: string) => void): Promise<void> {
  const bench = startBench();
  try {
    const programs = await findPrograms(print);
    for (const throttle of [undefined, options.throttle]) {
      for (const keys of options.keys) {
        if (throttle && keys > options.throttleUpTo) continue;
        const settings = { keys, listMilliseconds: options.listMs, deleteMilliseconds: options.deleteMs, throttle };
        print(speedTable(settings, minimumMilliseconds(settings), await measureSpeed(bench, settings, programs)));
      }
    }
    print(memoryTable(await measureMemory(options)));
    for (const loss of Object.keys(LOSSES) as Loss[]) {
      const settings = { keys: KEYS_AT_A_LOSS, listMilliseconds: 0, deleteMilliseconds: 0, loss };
      print(lossTable(loss, await measureLoss(bench, settings, programs)));
    }
  } finally {
    await bench.stop();
  }
}

async function measureSpeed(bench: Bench, settings: StoreSettings, programs: readonly Program[]): Promise<Row[]> {
  const rows: Row[] = [];
  const limit = settings.throttle === undefined ? UNLIMITED : undefined;
  for (const way of NAMES)
    rows.push({ name: WAYS[way].name, ...(await typical(settings, () => bench.way(settings, way, limit))) });
  for (const program of programs) {
    if (settings.keys <= program.most) rows.push({ name: program.name, ...(await bench.program(settings, program)) });
  }
  return rows;
}

/** The run with the median time. */
async function typical({ keys }: StoreSettings, run: () => Promise<Measured>): Promise<Measured> {
  const runs = [await run()];
  while (keys <= SMALL && runs.length < RUNS_OF_SMALL) runs.push(await run());
  const middle = median(runs.map(({ milliseconds }) => milliseconds));
  return runs.find(({ milliseconds }) => milliseconds === middle) as Measured;
}

/** Measures our way with the worker's Node options, for one page and for the largest size. */
async function measureMemory({
  keys,
  listMs,
  deleteMs,
}: ObjectsOptions): Promise<{ keys: number; megabytes: number }[]> {
  const bench = startBench(FUNCTION_SIZES.cleanup.nodeOptions);
  const store = { listMilliseconds: listMs, deleteMilliseconds: deleteMs };
  try {
    const measured = [];
    for (const size of [A_PAGE, Math.max(...keys)]) {
      const { peakMegabytes } = await bench.way({ ...store, keys: size }, 'ours', UNLIMITED);
      measured.push({ keys: size, megabytes: peakMegabytes });
    }
    return measured;
  } finally {
    await bench.stop();
  }
}

async function measureLoss(bench: Bench, settings: StoreSettings, programs: readonly Program[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const way of NAMES) rows.push({ name: WAYS[way].name, ...(await bench.way(settings, way)) });
  for (const program of programs) rows.push({ name: program.name, ...(await bench.program(settings, program)) });
  return rows;
}
