import type { Tombstones } from '../../functions/deletion/ports.ts';
import { isOpen, type Tombstone } from '../../functions/deletion/record/tombstone.ts';

/** Keys of the table's indexes as a tombstone has them: the stand-in does not say what writing them costs. */
const INDEX_KEYS: ((tombstone: Tombstone) => string | undefined)[] = [
  ({ sweepAt }) => sweepAt,
  ({ state, requestedAt }) =>
    isOpen(state) || state === 'failed' || state === 'held'
      ? `${isOpen(state) ? 'open' : state} ${requestedAt}`
      : undefined,
  ({ ownerId, requestedAt }) => `${ownerId} ${requestedAt}`,
];

/**
 * The write units of the indexes: one for a key that comes or goes, two for one that changes, which is deleted and put anew. They
 * hold keys only, so any other write leaves them alone.
 */
export function indexUnits(previous: Tombstone | undefined, next: Tombstone): number {
  return INDEX_KEYS.reduce((units, keyOf) => {
    const [before, after] = [previous && keyOf(previous), keyOf(next)];
    if (before === after) return units;
    return units + (before === undefined ? 0 : 1) + (after === undefined ? 0 : 1);
  }, 0);
}

/** The tombstones, with what their writes cost in the indexes added up. */
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
