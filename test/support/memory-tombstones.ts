import { InvalidCursor } from '../../functions/deletion/errors.ts';
import type { TombstoneLists, TombstoneQuery, Tombstones } from '../../functions/deletion/ports.ts';
import { isOpen, openSince, type Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { matches, placeOf, type TombstoneFilter } from '../../functions/deletion/record/tombstone-filter.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';

/** The table of tombstones in memory, held to the same contract suite as the one on DynamoDB. Hands out copies only. */
export function createMemoryTombstones(): Tombstones & TombstoneLists {
  const stored = new Map<VideoId, Tombstone>();

  return {
    async find(videoId) {
      const found = stored.get(videoId);
      return found && structuredClone(found);
    },

    async write(previous, next) {
      const current = stored.get(next.videoId);
      if (!isSameWrite(current, previous)) return false;
      stored.set(next.videoId, structuredClone(next));
      return true;
    },

    async *due(at) {
      const until = at.toISOString();
      for (const { videoId, sweepAt } of [...stored.values()]) {
        if (sweepAt !== undefined && sweepAt <= until) yield videoId;
      }
    },

    async oldestOpen(at) {
      const open = [...stored.values()].filter(({ state }) => isOpen(state)).map(openSince);
      const [oldest] = open.filter((since) => since <= at.toISOString()).sort();
      return oldest === undefined ? undefined : new Date(oldest);
    },

    async list(query) {
      return structuredClone(pageOf([...stored.values()], query));
    },

    async standing(at) {
      const count = (filter: TombstoneFilter) =>
        [...stored.values()].filter((tombstone) => matches(tombstone, filter, at)).length;
      return {
        waiting: count({ phase: 'waiting' }),
        open: count({ phase: 'open' }),
        failed: count({ states: ['failed'] }),
        held: count({ states: ['held'] }),
      };
    },

    async *every() {
      for (const tombstone of [...stored.values()]) yield structuredClone(tombstone);
    },
  };
}

function isSameWrite(current: Tombstone | undefined, previous: Tombstone | undefined): boolean {
  return current?.revision === previous?.revision && current?.deletionId === previous?.deletionId;
}

function pageOf(all: Tombstone[], { cursor, limit, at, ...filter }: TombstoneQuery) {
  const scope = JSON.stringify({ ...filter, openBefore: filter.openBefore !== undefined });
  const after = cursor === undefined ? undefined : parseCursor(cursor, scope);
  const positionOf = (tombstone: Tombstone) => `${placeOf(tombstone, filter)} ${tombstone.videoId}`;
  const matching = all
    .filter((tombstone) => matches(tombstone, filter, at))
    .filter((tombstone) => after === undefined || positionOf(tombstone) < after)
    .sort((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1));
  const tombstones = matching.slice(0, limit);
  const last = tombstones.at(-1);
  if (!last || matching.length <= limit) return { tombstones };
  return { tombstones, cursor: Buffer.from(`${scope}|${positionOf(last)}`).toString('base64url') };
}

function parseCursor(cursor: string, scope: string): string {
  const [givenScope, position] = Buffer.from(cursor, 'base64url').toString().split('|');
  if (givenScope !== scope || position === undefined) throw new InvalidCursor();
  return position;
}
