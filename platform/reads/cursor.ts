import { isUuid } from '../../functions/deletion/video-id.ts';
import { Problem } from './problem.ts';

/**
 * Where a page ended. `micros`: the last video's creation in microseconds since 1970, as digits, for a `Date` would
 * round what Postgres keeps and repeat or skip a neighbour. The id orders videos of one moment.
 */
export type Position = { micros: string; id: string };

/** A page pointer for the caller to send back. */
export function cursorOf({ micros, id }: Position): string {
  return Buffer.from(`${micros}.${id}`).toString('base64url');
}

/**
 * The position that a cursor stands for.
 * @throws {Problem} 400, when it is none that `cursorOf` wrote
 */
export function parseCursor(cursor: string): Position {
  const [micros = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString().split('.');
  // Sixteen digits reach the year 2286, and fit a bigint.
  const isPosition = /^\d{1,16}$/.test(micros) && isUuid(id) && rest.length === 0;
  // One spelling only: cursors become part of cache keys.
  if (!isPosition || cursorOf({ micros, id }) !== cursor) {
    throw new Problem(400, 'The cursor is not one that an earlier page gave');
  }
  return { micros, id };
}
