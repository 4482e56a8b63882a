import { UnknownVideo } from '../errors.ts';
import type { Tombstones } from '../ports.ts';
import type { VideoId } from '../video-id.ts';
import type { Tombstone } from './tombstone.ts';

/** A race lost so often in a row is no race: something writes without end. */
const MAX_RACES = 50;

/** What was read, and what stands now: the same when nothing was changed. */
export type Changed = { before: Tombstone; after: Tombstone };

/**
 * Reads, decides, writes on condition; after a lost race it reads and decides again. `decide` returns its argument to change
 * nothing, and may throw to refuse.
 * @param known what was read a moment ago: saves a read when nobody else has written since
 * @throws {UnknownVideo} when there is no tombstone
 */
export async function change(
  tombstones: Pick<Tombstones, 'find' | 'write'>,
  videoId: VideoId,
  decide: (current: Tombstone) => Tombstone,
  known?: Tombstone,
): Promise<Changed> {
  let current = known;
  for (let race = 0; race < MAX_RACES; race++) {
    current ??= await tombstones.find(videoId);
    if (!current) throw new UnknownVideo('There is no deletion of this video');
    const next = decide(current);
    if (next === current || (await tombstones.write(current, next))) return { before: current, after: next };
    current = undefined;
  }
  throw new Error(`A tombstone was written by others ${MAX_RACES} times in a row`);
}
