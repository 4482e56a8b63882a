import type { System } from '../local/system.ts';
import { addVideos, type VideosToAdd } from './local/add-videos.ts';
import { deleteNaively } from './local/delete-naively.ts';
import { requestAll, untilDeleted } from './local/deletions.ts';
import { watchMemory } from './local/watch-memory.ts';
import { withSystem } from './local/with-system.ts';
import { ratio, tableOf } from './table.ts';

export type QueueOptions = {
  videos: number;
  /** Of each video. */
  objects: number;
  /** So many are deleted the plain way, for comparison. */
  naive: number;
};

export type QueueFigures = {
  way: string;
  videos: number;
  objects: number;
  seconds: number;
  /** Resident memory of the process at its highest, above what it was before, in bytes. The stand-ins are in the same process. */
  memory: number;
};

/**
 * Deletes videos end to end on the local system, from the requests over HTTP to signed receipts; and, beside it, as a simple
 * service would: one video after the other, a call for each object, one cascade.
 */
export async function measureQueue({ videos, objects, naive }: QueueOptions): Promise<QueueFigures[]> {
  return await withSystem({}, async (system) => {
    // Connections are opened and code is compiled before the clock runs.
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

/** For people. */
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
