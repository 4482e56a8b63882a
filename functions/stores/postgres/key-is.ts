import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { VideoId } from '../../deletion/video-id.ts';

/**
 * Selects the rows of a video by an indexed key. The subquery hides from the planner which video it is. For a video
 * with a large share of a table, the planner would otherwise read the whole table, dead rows included, in every batch.
 */
export function keyIs(column: string, videoId: VideoId): RawBuilder<SqlBool> {
  return sql<SqlBool>`${sql.ref(column)} = (select ${videoId}::uuid)`;
}
