import type { Tombstones } from '../../functions/deletion/ports.ts';
import { isOpen, type Tombstone } from '../../functions/deletion/record/tombstone.ts';

/**
 * The index keys of a tombstone. They are computed here, because the stand-in does not report what index writes cost.
 */
const INDEX_KEYS: ((tombstone: Tombstone) => string | undefined)[] = [
  ({ sweepAt }) => sweepAt,
  ({ state, requestedAt }) =>
    isOpen(state) || state === 'failed' || state === 'held'
      ? `${isOpen(state) ? 'open' : state} ${requestedAt}`
      : undefined,
  ({ ownerId, requestedAt }) => `${ownerId} ${requestedAt}`,
  // By month and time: the month is a part of the time.
  ({ requestedAt }) => requestedAt,
];

/**
 * The write units of the indexes. Adding or deleting a key costs one. Changing a key costs two, because it is deleted
 * and added. The indexes contain only keys, so other writes cost nothing there.
 */
export function indexUnits(previous: Tombstone | undefined, next: Tombstone): number {
  return INDEX_KEYS.reduce((units, keyOf) => {
    const [before, after] = [previous && keyOf(previous), keyOf(next)];
    if (before === after) return units;
    return units + (before === undefined ? 0 : 1) + (after === undefined ? 0 : 1);
  }, 0);
}

/** The tombstones, with the costs of their index writes added up. */
export function countIndexWrites(tombstones: Tombstones, add: (units: number) => void): Tombstones {
  return {
    ...tombstones,
    async write(previous, next) {
      const isWritten = await tombstones.write(previous, next);
      if (isWritten) add(indexUnits(previous, next));
      return isWritten;
    },
  };
}
