import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { ChildTable } from '../../../deletion/data-map/data-map.ts';
import type { VideoId } from '../../../deletion/video-id.ts';
import type { Database } from '../database.ts';
import { keyIs } from '../key-is.ts';

/** Deletes at most `limit` of the video's rows, as a transaction of its own. Rows that somebody has locked are skipped. */
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
 * The statement. It picks rows by the indexed key and deletes them by their physical place (`ctid`): every table has one,
 * and it never makes the planner join the table with itself. The key stands in the outer condition too, because in a
 * partitioned table the same `ctid` may name another video's row.
 */
export function rowBatchDeletion({ table, column }: ChildTable, videoId: VideoId, limit: number): RawBuilder<unknown> {
  const from = sql.table(table);
  const isOurs = keyIs(column, videoId);
  return sql`delete from ${from} where ${isOurs} and ctid = any(array(
    select ctid from ${from} where ${isOurs} limit ${limit} for update skip locked))`;
}
