import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.ts';
import { isUndefinedTable } from '../is-undefined-table.ts';

/**
 * Refreshes the materialised view `video_stats` if it still contains a deleted video. Readers are not blocked. The
 * check compares the whole view with `videos` by their keys, so call it at intervals, not per deletion. The role needs
 * `MAINTAIN` on the view (PostgreSQL 17), or must own it.
 * @returns whether it was refreshed; false for a platform without the view
 */
export async function refreshVideoStatsIfStale(db: Kysely<Database>): Promise<boolean> {
  if (!(await isStale(db))) return false;
  await sql`refresh materialized view concurrently video_stats`.execute(db);
  return true;
}

async function isStale(db: Kysely<Database>): Promise<boolean> {
  const goneVideo = db
    .selectFrom('video_stats')
    .select('video_stats.video_id')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('videos').select('id').whereRef('videos.id', '=', 'video_stats.video_id'))),
    )
    .limit(1);
  try {
    return (await goneVideo.executeTakeFirst()) !== undefined;
  } catch (error) {
    if (isUndefinedTable(error)) return false;
    throw error;
  }
}
