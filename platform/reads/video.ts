import { type Kysely, type SqlBool, sql } from 'kysely';
import type { State } from '../../functions/deletion/record/tombstone.ts';
import type { Database, VideoStatus } from '../../functions/stores/postgres/database.ts';
import { cursorOf, type Position } from './cursor.ts';

/** A video as the API shows it. */
export type Video = {
  id: string;
  title: string;
  description: string | null;
  status: VideoStatus;
  url_hls: string | null;
  thumbnail: string | null;
  duration_seconds: number | null;
  /** ISO 8601, in UTC. */
  created_at: string;
  /** Statistics from the last refresh of `video_stats`; 0 before the first refresh. */
  likes: number;
  views: number;
  /** Only for the owner, and only while the video is being deleted. */
  deletion?: State;
};

/** `cursor` is present when more videos follow. */
export type Page<Item> = { videos: Item[]; cursor?: string };

/** The number of videos on a page. */
export const PAGE_SIZE = 20;

/** Videos with their statistics, including hidden videos. */
export function selectVideos(db: Kysely<Database>) {
  return db
    .selectFrom('videos')
    .leftJoin('video_stats', 'video_stats.video_id', 'videos.id')
    .select(['videos.id', 'title', 'description', 'status', 'url_hls', 'thumbnail', 'duration_seconds'])
    .select(['videos.created_at', 'deleted_at', 'likes', 'views'])
    .select(sql<string>`(extract(epoch from videos.created_at) * 1000000)::bigint`.as('micros'));
}
export type VideoRecord = Awaited<ReturnType<ReturnType<typeof selectVideos>['executeTakeFirstOrThrow']>>;

/**
 * One page of the query, newest first, starting where the last page ended. It reads one row more, to know whether
 * another page follows.
 */
export function pageOf(query: ReturnType<typeof selectVideos>, after?: Position) {
  const ordered = query
    .orderBy('videos.created_at', 'desc')
    .orderBy('videos.id', 'desc')
    .limit(PAGE_SIZE + 1);
  if (!after) return ordered;
  const moment = sql`timestamptz 'epoch' + ${after.micros}::bigint * interval '1 microsecond'`;
  return ordered.where(sql<SqlBool>`(videos.created_at, videos.id) < (${moment}, ${after.id}::uuid)`);
}

/** The rows of the page, and the cursor of the next one. */
export function cutPage<Row extends Position>(rows: Row[]): { rows: Row[]; cursor?: string } {
  const onPage = rows.slice(0, PAGE_SIZE);
  const last = onPage.at(-1);
  return last && rows.length > PAGE_SIZE ? { rows: onPage, cursor: cursorOf(last) } : { rows: onPage };
}

/** A row in the form of the API. */
export function toVideo(row: VideoRecord): Video {
  const { id, title, description, status, url_hls, thumbnail, duration_seconds } = row;
  return {
    ...{ id, title, description, status, url_hls, thumbnail, duration_seconds },
    created_at: row.created_at.toISOString(),
    likes: Number(row.likes ?? 0),
    views: Number(row.views ?? 0),
  };
}
