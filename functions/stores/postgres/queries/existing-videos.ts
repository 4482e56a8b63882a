import type { Kysely } from 'kysely';
import { chunksOf } from '../../../deletion/chunks-of.ts';
import type { VideoId } from '../../../deletion/video-id.ts';
import type { Database } from '../database.ts';

/** The most parameters of one query. PostgreSQL's protocol allows 65,535. */
const LARGEST_QUERY = 1000;

/** Which of the videos have a row, hidden videos included. Reads by primary key, a thousand videos per query. */
export async function existingVideos(db: Kysely<Database>, videoIds: readonly VideoId[]): Promise<Set<VideoId>> {
  const existing = new Set<VideoId>();
  for (const asked of chunksOf(videoIds, LARGEST_QUERY)) {
    const rows = await db.selectFrom('videos').select('id').where('id', 'in', asked).execute();
    for (const { id } of rows) existing.add(id as VideoId);
  }
  return existing;
}
