import { InvalidCursor } from '../../functions/deletion/errors.ts';
import type { TombstoneQuery, Tombstones } from '../../functions/deletion/ports.ts';
import { isOpen, openSince, type Tombstone } from '../../functions/deletion/record/tombstone.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';

/** The table of tombstones in memory, held to the same contract suite as the one on DynamoDB. Hands out copies only. */
export function createMemoryTombstones(): Tombstones {
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
  };
}

function isSameWrite(current: Tombstone | undefined, previous: Tombstone | undefined): boolean {
  return current?.revision === previous?.revision && current?.deletionId === previous?.deletionId;
}

function pageOf(all: Tombstone[], { ownerId, state, cursor, limit }: TombstoneQuery) {
  const scope = ownerId ?? state ?? 'all';
  const after = cursor === undefined ? undefined : parseCursor(cursor, scope);
  const matching = all
    .filter((tombstone) => ownerId === undefined || tombstone.ownerId === ownerId)
    .filter((tombstone) => state === undefined || tombstone.state === state)
    .filter((tombstone) => after === undefined || positionOf(tombstone) < after)
    .sort((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1));
  const tombstones = matching.slice(0, limit);
  const last = tombstones.at(-1);
  return last && matching.length > limit ? { tombstones, cursor: cursorOf(last, scope) } : { tombstones };
}

/** Newest first; the id orders those of one moment. */
function positionOf({ requestedAt, videoId }: Tombstone): string {
  return `${requestedAt} ${videoId}`;
}

function cursorOf(tombstone: Tombstone, scope: string): string {
  return Buffer.from(`${scope}|${positionOf(tombstone)}`).toString('base64url');
}

function parseCursor(cursor: string, scope: string): string {
  const [givenScope, position] = Buffer.from(cursor, 'base64url').toString().split('|');
  if (givenScope !== scope || position === undefined) throw new InvalidCursor();
  return position;
}
