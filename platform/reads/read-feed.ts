import type { Kysely } from 'kysely';
import type { Database } from '../../functions/stores/postgres/database.ts';
import { readCachedPage } from './cached-page.ts';
import { cursorOf, type Position } from './cursor.ts';
import type { ReadCache } from './read-cache.ts';
import { cutPage, type Page, pageOf, selectVideos, toVideo, type Video } from './video.ts';

/** A video in the feed, with its owner's name. */
export type FeedVideo = Video & { owner: string };

/** After an undo, a page may lack the video for this long. */
const PAGE_SECONDS = 30;

/**
 * A page of all users' videos that are ready and not hidden, newest first. Every page is cached, and is in the list of
 * each of its videos.
 */
export function readFeed(
  { db, cache }: { db: Kysely<Database>; cache?: ReadCache },
  after?: Position,
): Promise<Page<FeedVideo>> {
  const load = async () => {
    const { rows, ...next } = await findRows(db, after);
    const videos = rows.map((row) => ({ ...toVideo(row), owner: row.username }));
    return { page: { videos, ...next }, mayKeep: true };
  };
  const key = `feed:page:${after ? cursorOf(after) : 'first'}`;
  return readCachedPage(cache, { key, seconds: PAGE_SECONDS, isListed: true, load });
}

async function findRows(db: Kysely<Database>, after?: Position) {
  const visible = selectVideos(db).where('deleted_at', 'is', null).where('status', '=', 'ready');
  const rows = await pageOf(visible, after)
    .innerJoin('users', 'users.id', 'videos.user_id')
    .select('users.username')
    .execute();
  return cutPage(rows);
}
