import * as z from 'zod/mini';
import { InvalidCursor } from '../../deletion/errors.ts';
import type { VideoId } from '../../deletion/video-id.ts';
import { videoIdSchema } from './tombstone-schema.ts';

/** Where a page ended: the key of the last item, in the table or in the index. */
export type Position = {
  videoId: VideoId;
  requestedAt?: string;
  ownerId?: string;
  openState?: string;
  since?: string;
};
export type PositionSchema = z.ZodMiniType<Position>;

/** A position in the table itself, for a scan. */
export const inTable: PositionSchema = z.strictObject({ videoId: videoIdSchema });

/**
 * A position in the index by owner. The owner must be the query's, so that a cursor cannot lead to tombstones of
 * others.
 */
export function amongOwners(ownerId: string): PositionSchema {
  return z.strictObject({ videoId: videoIdSchema, ownerId: z.literal(ownerId), requestedAt: z.iso.datetime() });
}

/** A position in the index by state. The state must be the query's. */
export function amongStates(state: string): PositionSchema {
  return z.strictObject({ videoId: videoIdSchema, openState: z.literal(state), since: z.iso.datetime() });
}

/** The position as an opaque string that needs no escaping in a URL. */
export function cursorOf(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws {InvalidCursor} unless `cursorOf` has made the cursor for the same query */
export function parseCursor(cursor: string, schema: PositionSchema): Position {
  const parsed = schema.safeParse(jsonOf(cursor));
  if (!parsed.success) throw new InvalidCursor();
  return parsed.data;
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw new InvalidCursor();
  }
}
