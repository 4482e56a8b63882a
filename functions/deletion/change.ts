import { UnknownVideo } from './errors.ts';
import { append, type Detail, foldedOf, GENESIS } from './history.ts';
import type { Tombstones } from './ports.ts';
import { type Command, move, type Tombstone } from './tombstone.ts';
import type { VideoId } from './video-id.ts';

/** A race lost so often in a row is no race: something writes without end. */
const MAX_RACES = 50;

/**
 * Reads, decides, writes on condition; after a lost race it reads and decides again. `decide` must be pure. It returns its
 * argument to change nothing, and may throw to refuse.
 * @param known what was read a moment ago: saves a read when nobody else has written since
 * @throws {UnknownVideo} when there is no tombstone
 */
export async function change(
  tombstones: Pick<Tombstones, 'find' | 'write'>,
  videoId: VideoId,
  decide: (current: Tombstone) => Tombstone,
  known?: Tombstone,
): Promise<Tombstone> {
  let current = known;
  for (let race = 0; race < MAX_RACES; race++) {
    current ??= await tombstones.find(videoId);
    if (!current) throw new UnknownVideo('There is no deletion of this video');
    const next = decide(current);
    if (next === current || (await tombstones.write(current, next))) return next;
    current = undefined;
  }
  throw new Error(`A tombstone was written by others ${MAX_RACES} times in a row`);
}

/** The next revision of a tombstone, with `changes`. */
export function revise(tombstone: Tombstone, changes: Partial<Tombstone>): Tombstone {
  return { ...tombstone, ...changes, revision: tombstone.revision + 1 };
}

/**
 * The next revision after a command: the new state, and the entry in the history that says so.
 * @throws {NotAllowedNow}
 */
export function transition(
  tombstone: Tombstone,
  command: Command,
  entry: { at: Date; by: string; detail?: Detail },
  changes: Partial<Tombstone> = {},
): Tombstone {
  const { state, heldFrom } = move(tombstone, command);
  const { history, folded } = fold(tombstone);
  const moved = { ...entry, at: entry.at.toISOString(), from: tombstone.state, to: state };
  return revise(tombstone, {
    ...changes,
    state,
    heldFrom,
    history: append(history, moved, folded?.hash ?? GENESIS),
    folded,
  });
}

/** Makes room for one more entry. */
function fold({ history, folded }: Tombstone): Pick<Tombstone, 'history' | 'folded'> {
  const before = folded?.count ?? 0;
  const count = foldedOf(before + history.length + 1) - before;
  if (count <= 0) return { history, folded };
  return {
    history: history.slice(count),
    folded: { count: before + count, hash: history[count - 1]?.hash ?? GENESIS },
  };
}
