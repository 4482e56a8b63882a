import { type Kysely, sql } from 'kysely';
import { chunksOf } from '../../../deletion/chunks-of.ts';
import { LONGEST_VALUE } from '../../../deletion/data-map/stray-keys.ts';
import type { NamingRow } from '../../../deletion/ports.ts';
import type { VideoId } from '../../../deletion/video-id.ts';
import type { Database } from '../database.ts';
import { IDS_IN } from '../migrations/ids-in.ts';

/** The most parameters of one query. PostgreSQL's protocol allows 65,535. */
const LARGEST_QUERY = 1000;

/** Nothing for a value that is too long for a key. It names none, and could fill the memory of a worker. */
function short(column: 'url_hls' | 'url_mp4' | 'thumbnail') {
  return sql`case when length(${sql.ref(column)}) <= ${LONGEST_VALUE} then ${sql.ref(column)} end`;
}

/** Other videos whose URLs hold the id of this one. Reads by the index on the ids in URLs. */
export async function findNamers(
  db: Kysely<Database>,
  videoId: VideoId,
): Promise<Pick<NamingRow, 'videoId' | 'urls'>[]> {
  const { rows } = await sql<{ videoId: VideoId; urls: string[] }>`
    select id as "videoId", array_remove(array[${short('url_hls')}, ${short('url_mp4')}, ${short('thumbnail')}], null) as urls
    from videos
    where ${IDS_IN} @> array[${videoId}] and id <> ${videoId}`.execute(db);
  return rows;
}

/** Other videos for which one of these runs is registered. Reads by the index on the ARN. */
export async function findSharers(
  db: Kysely<Database>,
  videoId: VideoId,
  runs: readonly string[],
): Promise<Pick<NamingRow, 'videoId' | 'runs'>[]> {
  const sharers = new Map<VideoId, string[]>();
  for (const asked of chunksOf(runs, LARGEST_QUERY)) {
    const rows = await db
      .selectFrom('processing_runs')
      .select(['video_id', 'execution_arn'])
      .where('execution_arn', 'in', asked)
      .where('video_id', '<>', videoId)
      .execute();
    for (const { video_id, execution_arn } of rows) {
      const id = video_id as VideoId;
      sharers.set(id, [...(sharers.get(id) ?? []), execution_arn]);
    }
  }
  return [...sharers].map(([id, shared]) => ({ videoId: id, runs: shared }));
}
