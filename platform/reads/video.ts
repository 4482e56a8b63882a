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
  /** Figures are those of the last refresh of `video_stats`; 0 until the first. */
  likes: number;
  views: number;
  /** Only for its owner, and only while it is being deleted. */
  deletion?: State;
};

/** `cursor` is there when more videos follow. */
export type Page<Item> = { videos: Item[]; cursor?: string };

/** Videos on one page. */
export const PAGE_SIZE = 20;

/** Videos with their figures, hidden ones among them. */
export function selectVideos(db: Kysely<Database>) {
  return db
    .selectFrom('videos')
    .leftJoin('video_stats', 'video_stats.video_id', 'videos.id')
    .select(['videos.id', 'title', 'description', 'status', 'url_hls', 'thumbnail', 'duration_seconds'])
    .select(['videos.created_at', 'deleted_at', 'likes', 'views'])
    .select(sql<string>`(extract(epoch from videos.created_at) * 1000000)::bigint`.as('micros'));
}
export type VideoRecord = Awaited<ReturnType<ReturnType<typeof selectVideos>['executeTakeFirstOrThrow']>>;

/** One page of the query, the newest first, from where the page before ended. It asks for one row more, to know whether a page follows. */
export function pageOf(query: ReturnType<typeof selectVideos>, after?: Position) {
  const ordered = query
    .orderBy('videos.created_at', 'desc')
    .orderBy('videos.id', 'desc')
    .limit(PAGE_SIZE + 1);
  if (!after) return ordered;
  const moment = sql`timestamptz 'epoch' + ${after.micros}::bigint * interval '1 microsecond'`;
  return ordered.where(sql<SqlBool>`(videos.created_at, videos.id) < (${moment}, ${after.id}::uuid)`);
}

/** The rows that belong on the page, and the pointer to the next one. */
export function cutPage<Row extends Position>(rows: Row[]): { rows: Row[]; cursor?: string } {
  const onPage = rows.slice(0, PAGE_SIZE);
  const last = onPage.at(-1);
  return last && rows.length > PAGE_SIZE ? { rows: onPage, cursor: cursorOf(last) } : { rows: onPage };
}

/** The row as the API shows it. */
export function toVideo(row: VideoRecord): Video {
  const { id, title, description, status, url_hls, thumbnail, duration_seconds } = row;
  return {
    ...{ id, title, description, status, url_hls, thumbnail, duration_seconds },
    created_at: row.created_at.toISOString(),
    likes: Number(row.likes ?? 0),
    views: Number(row.views ?? 0),
  };
}
