import { type Kysely, sql } from 'kysely';
import { chunksOf } from '../../../deletion/chunks-of.ts';
import { StepFailed } from '../../../deletion/errors.ts';
import type { VideoId } from '../../../deletion/video-id.ts';
import type { Database } from '../database.ts';
import { hiddenTables } from './hidden-tables.ts';

/** The most parameters of one query. PostgreSQL's protocol allows 65,535. */
const LARGEST_QUERY = 1000;

/**
 * Which of the videos have a row, hidden videos included. Reads by primary key, a thousand videos per query.
 * @throws {StepFailed} `RowsHidden` when not all rows can be seen: a video without a row would be taken for an orphan
 */
export async function existingVideos(db: Kysely<Database>, videoIds: readonly VideoId[]): Promise<Set<VideoId>> {
  const existing = new Set<VideoId>();
  for (const asked of chunksOf(videoIds, LARGEST_QUERY)) {
    const { rows } = await sql<{ id: VideoId | null }>`
      select id from videos where id in (${sql.join(asked)})
      union all select null from (${hiddenTables()}) as hidden`.execute(db);
    for (const { id } of rows) {
      if (id === null) throw new StepFailed('RowsHidden');
      existing.add(id);
    }
  }
  return existing;
}
