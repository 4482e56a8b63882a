import { setTimeout as wait } from 'node:timers/promises';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import { workOnDeletion } from '../../functions/deletion/work/work-on-deletion.ts';
import type { LocalPorts } from '../../local/local-ports.ts';
import { KILL_POINTS, type PointName } from './kill-points.ts';

/** How many other deletions are in the hands of workers at each kill. */
export const CROWD = 10;
/** Where their workers stand when they are killed, in the order in which a deletion comes there: two kills each. */
const PLACES: readonly PointName[] = [
  'deleteObjects',
  'deleteRows, its views',
  'deleteRows, the video',
  'invalidateCache',
];
/** A pass that ends in a kill may cost an attempt, and a deletion has twelve. */
export const KILLS_OF_A_CROWD = 2 * PLACES.length;

/** Deletions, and how many kills they have seen. */
export type Crowd = { videoIds: readonly string[]; kills: number };

/** For each kill, the deletions that are killed with it. Each crowd comes to its end after its last kill. */
export function crowdAt(videoIds: readonly string[], kill: number): Crowd {
  const from = CROWD * Math.floor(kill / KILLS_OF_A_CROWD);
  return { videoIds: videoIds.slice(from, from + CROWD), kills: kill % KILLS_OF_A_CROWD };
}

/** So many deletions it takes to have a crowd at each of so many kills. */
export function crowdedBy(kills: number): number {
  return CROWD * Math.ceil(kills / KILLS_OF_A_CROWD);
}

/**
 * Requests the deletions unless that was done before, and lets a worker take each as far as its place, where it stays.
 * Resolves when all are in the hands of their workers.
 */
export async function gather(ports: LocalPorts, { videoIds, kills }: Crowd, callerId: string): Promise<void> {
  const ids = videoIds.map(parseVideoId);
  for (const videoId of ids) void workOn(ports, { videoId, kills, callerId });
  const isAtWork = async (videoId: VideoId) => (await ports.tombstones.find(videoId))?.lease !== undefined;
  const held = new Set<VideoId>();
  while (held.size < ids.length) {
    for (const videoId of ids) if (stopped.has(videoId) && (await isAtWork(videoId))) held.add(videoId);
    await wait(20);
  }
}

/** Those whose workers have come to their place. */
const stopped = new Set<VideoId>();

type Member = { videoId: VideoId; kills: number; callerId: string };

/** Its messages are lost: the regular workers must not take it up meanwhile. */
async function workOn(ports: LocalPorts, { videoId, kills, callerId }: Member): Promise<never> {
  const quiet: LocalPorts = { ...ports, cleanupQueue: { ...ports.cleanupQueue, send: async () => {} } };
  const reach = async () => {
    stopped.add(videoId);
    return await new Promise<never>(() => {});
  };
  const place = PLACES[Math.floor(kills / 2)] as PointName;
  const phase = kills % 2 === 0 ? 'before' : 'after';
  const own = KILL_POINTS[place].wrap(quiet, { videoId, state: 'running', phase, reach });
  const known = await ports.tombstones.find(videoId);
  const { deletionId } = known ?? (await requestDeletion(quiet, { videoId, callerId })).deletion;
  for (;;) {
    // The lease of the worker that was killed before has to end first.
    await workOnDeletion(own, { videoId, deletionId }, () => 60_000);
    await wait(50);
  }
}
