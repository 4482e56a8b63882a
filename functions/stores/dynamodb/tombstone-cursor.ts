import * as z from 'zod/mini';
import { InvalidCursor } from '../../deletion/errors.ts';
import { canonicalJson, sha256 } from '../../deletion/record/history.ts';
import type { TombstoneFilter } from '../../deletion/record/tombstone-filter.ts';
import type { Key } from './tombstone-keys.ts';
import { videoIdSchema } from './tombstone-schema.ts';

/** Enough of a hash to tell a mistake. A cursor opens nothing that the query does not. */
const FINGERPRINT = 12;

/**
 * Where a page ended, as an opaque string that needs no escaping in a URL. It belongs to its query: a cursor cannot
 * lead into the list of somebody else. Without a key, it leads to the beginning.
 */
export function cursorOf(key: Key | undefined, filter: TombstoneFilter): string {
  return Buffer.from(JSON.stringify({ of: fingerprintOf(filter), ...key })).toString('base64url');
}

/** @throws {InvalidCursor} unless `cursorOf` has made the cursor for the same query */
export function parseCursor(cursor: string, filter: TombstoneFilter): Key | undefined {
  const of = z.literal(fingerprintOf(filter));
  const place = z.strictObject({ of, place: z.iso.datetime(), videoId: videoIdSchema });
  const { success, data } = z.union([place, z.strictObject({ of })]).safeParse(jsonOf(cursor));
  if (!success) throw new InvalidCursor();
  return 'place' in data ? { place: data.place, videoId: data.videoId } : undefined;
}

/** `openBefore` moves with the time, so two pages of one list differ in it. */
function fingerprintOf({ ownerId, states, phase, openBefore, since, until }: TombstoneFilter): string {
  const filter = { ownerId, states: states?.toSorted(), phase, isOverdue: openBefore !== undefined, since, until };
  return sha256(canonicalJson(JSON.parse(JSON.stringify(filter)))).slice(0, FINGERPRINT);
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw new InvalidCursor();
  }
}
