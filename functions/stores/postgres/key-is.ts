import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { VideoId } from '../../deletion/video-id.ts';

/**
 * The rows of a video by an indexed key. The subquery keeps the planner from seeing which video it is: of one that has a large
 * share of a table it would rather read the whole table, again for every batch, dead rows included.
 */
export function keyIs(column: string, videoId: VideoId): RawBuilder<SqlBool> {
  return sql<SqlBool>`${sql.ref(column)} = (select ${videoId}::uuid)`;
}
