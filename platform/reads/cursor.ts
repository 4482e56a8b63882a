import { isUuid } from '../../functions/deletion/video-id.ts';
import { Problem } from './problem.ts';

/**
 * Where a page ended. `micros` is the creation time of the last video in microseconds since 1970, as digits: a `Date`
 * would round the value from Postgres, and the next page would repeat or skip a video. The id orders videos with the
 * same time.
 */
export type Position = { micros: string; id: string };

/** A cursor that the caller sends back to get the next page. */
export function cursorOf({ micros, id }: Position): string {
  return Buffer.from(`${micros}.${id}`).toString('base64url');
}

/**
 * The position that a cursor means.
 * @throws {Problem} 400 when `cursorOf` did not write it
 */
export function parseCursor(cursor: string): Position {
  const [micros = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString().split('.');
  // Sixteen digits last until the year 2286, and fit into a bigint.
  const isPosition = /^\d{1,16}$/.test(micros) && isUuid(id) && rest.length === 0;
  // Only one spelling of a cursor is valid, because cursors are part of cache keys.
  if (!isPosition || cursorOf({ micros, id }) !== cursor) {
    throw new Problem(400, 'The cursor is not one that an earlier page gave');
  }
  return { micros, id };
}
