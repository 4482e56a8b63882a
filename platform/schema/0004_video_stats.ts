import { type Kysely, sql } from 'kysely';

/**
 * Statistics for each video. A refresh with `CONCURRENTLY` does not lock readers out, and requires the unique index.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create materialized view video_stats as
    select videos.id as video_id,
      (select count(*) from votes where votes.video_id = videos.id and votes.direction = 'like') as likes,
      (select count(*) from views where views.video_id = videos.id) as views
    from videos`.execute(db);
  await sql`create unique index video_stats_video_id on video_stats (video_id)`.execute(db);
}
