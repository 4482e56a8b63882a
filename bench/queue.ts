import type { System } from '../local/system.ts';
import { addVideos, type VideosToAdd } from './local/add-videos.ts';
import { deleteNaively } from './local/delete-naively.ts';
import { requestAll, untilDeleted } from './local/deletions.ts';
import { watchMemory } from './local/watch-memory.ts';
import { withSystem } from './local/with-system.ts';
import { ratio, tableOf } from './table.ts';

export type QueueOptions = {
  videos: number;
  /** The objects of each video. */
  objects: number;
  /** How many videos are deleted in the plain way, for comparison. */
  naive: number;
};

export type QueueFigures = {
  way: string;
  videos: number;
  objects: number;
  seconds: number;
  /** How far the resident memory of the process rose above its start, in bytes. The process includes the stand-ins. */
  memory: number;
};

/**
 * Deletes videos end to end on the local system, from HTTP requests to signed receipts. For comparison it deletes
 * others as a simple service would: one video after another, one call for each object, one cascade.
 */
export async function measureQueue({ videos, objects, naive }: QueueOptions): Promise<QueueFigures[]> {
  return await withSystem({}, async (system) => {
    // Open connections and compile code before the measurement.
    await deleteAll(system, { owner: 'warm-up', count: 2, objects });
    const plain = await deleteNaively(system, { owner: 'plain', count: naive, objects });
    return [
      { way: 'ours', videos, objects, ...(await deleteAll(system, { owner: 'many', count: videos, objects })) },
      { way: 'one by one', videos: naive, objects, ...plain },
    ];
  });
}

async function deleteAll(system: System, toAdd: VideosToAdd): Promise<{ seconds: number; memory: number }> {
  const { ownerId, videoIds } = await addVideos(system, toAdd);
  const memory = watchMemory();
  const from = performance.now();
  await requestAll(system, ownerId, videoIds);
  await untilDeleted(system, videoIds);
  return { seconds: (performance.now() - from) / 1000, memory: memory.stop() };
}

/** The table for people. */
export function queueTable(measured: readonly QueueFigures[]): string {
  const rates = measured.map(({ videos, seconds }) => videos / seconds);
  const rows = measured.map(({ way, videos, objects, seconds, memory }, index) => [
    way,
    `${videos.toLocaleString('en')} × ${objects}`,
    `${seconds.toFixed(1)} s`,
    (rates[index] ?? 0).toFixed(1),
    Math.round((videos * objects) / seconds).toLocaleString('en'),
    ratio(rates[index] ?? 0, rates.at(-1) ?? 0),
    `${(memory / 1e6).toFixed(0)} MB`,
  ]);
  return tableOf(['way', 'scale', 'time', 'deletions/s', 'objects/s', 'of the last', 'memory on top'], rows);
}
