import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { ChildTable } from '../../../deletion/data-map/data-map.ts';
import type { VideoId } from '../../../deletion/video-id.ts';
import type { Database } from '../database.ts';
import { keyIs } from '../key-is.ts';

/**
 * Deletes at most `limit` of the video's rows in a transaction of its own. Skips rows that another transaction has
 * locked.
 */
export async function deleteRowBatch(
  db: Kysely<Database>,
  place: ChildTable,
  videoId: VideoId,
  limit: number,
): Promise<number> {
  const { numAffectedRows } = await rowBatchDeletion(place, videoId, limit).execute(db);
  return Number(numAffectedRows);
}

/**
 * The statement selects rows by the indexed key and deletes them by their physical location (`ctid`). Every table has
 * one, and the planner never joins the table with itself. The outer condition repeats the key, because in a partitioned
 * table the same `ctid` may also name a row of another video.
 */
export function rowBatchDeletion({ table, column }: ChildTable, videoId: VideoId, limit: number): RawBuilder<unknown> {
  const from = sql.table(table);
  const isOurs = keyIs(column, videoId);
  return sql`delete from ${from} where ${isOurs} and ctid = any(array(
    select ctid from ${from} where ${isOurs} limit ${limit} for update skip locked))`;
}
