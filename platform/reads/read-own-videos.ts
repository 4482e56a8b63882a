import type { Kysely } from 'kysely';
import type { Tombstones } from '../../functions/deletion/ports.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';
import { leaveOutGone, readCachedPage } from './cached-page.ts';
import type { Position } from './cursor.ts';
import { goneAmong } from './fences.ts';
import { askCache, type ReadCache } from './read-cache.ts';
import { type Search, searchVideos } from './search-videos.ts';
import { cutPage, type Page, pageOf, selectVideos, toVideo, type Video, type VideoRecord } from './video.ts';

type Sources = { db: Kysely<Database>; cache?: ReadCache };

const PAGE_SECONDS = 30;

/**
 * A page of the owner's videos with every status, newest first. It leaves hidden videos out, so it may be short
 * although another page follows. The first page is cached, unless it leaves a video out: after an undo the video must
 * be back at once.
 */
export async function readOwnVideos({ db, cache }: Sources, ownerId: string, after?: Position): Promise<Page<Video>> {
  const load = async () => {
    const { rows, ...next } = await findRows(db, ownerId, after);
    const visible = rows.filter((row) => row.deleted_at === null);
    return { page: { videos: visible.map(toVideo), ...next }, mayKeep: visible.length === rows.length };
  };
  if (after) return leaveOutGone(cache, (await load()).page);
  return readCachedPage(cache, { key: `user:${ownerId}:videos`, seconds: PAGE_SECONDS, isListed: false, load });
}

type SourcesOfDeletions = Sources & { tombstones: Pick<Tombstones, 'find'> };

/** The videos that are being deleted alone, each with the state of its deletion, as long as their rows exist. */
export async function readOwnDeletions(
  sources: SourcesOfDeletions,
  ownerId: string,
  after?: Position,
): Promise<Page<Video>> {
  const { rows, ...next } = await findRows(sources.db, ownerId, after, { isOnlyHidden: true });
  return { videos: await withDeletions(sources, rows), ...next };
}

/**
 * What the owner looks for, including the videos that are being deleted, each with the state of its deletion. `total`
 * does not count these. It is never cached, because the state changes every few seconds.
 */
export async function searchOwnVideos(
  sources: SourcesOfDeletions,
  ownerId: string,
  search: Search,
  cursor: string | undefined,
): Promise<Page<Video> & { total: number }> {
  const { rows, ...found } = await searchVideos(sources.db, ownerId, search, cursor);
  return { videos: await withDeletions(sources, rows), ...found };
}

async function withDeletions(
  { cache, tombstones }: SourcesOfDeletions,
  rows: readonly VideoRecord[],
): Promise<Video[]> {
  const ids = rows.map(({ id }) => id);
  const fenced = (await askCache(cache, (it) => goneAmong(it, ids))) ?? new Set();
  const videos = await Promise.all(
    rows.map((row) => (row.deleted_at || fenced.has(row.id) ? showDeletion(tombstones, row) : [toVideo(row)])),
  );
  return videos.flat();
}

/** The hidden video with the state of its deletion, or an empty list when it is hidden for another reason. */
async function showDeletion(tombstones: Pick<Tombstones, 'find'>, row: VideoRecord): Promise<Video[]> {
  const tombstone = await tombstones.find(parseVideoId(row.id));
  return tombstone ? [{ ...toVideo(row), deletion: tombstone.state }] : [];
}

async function findRows(db: Kysely<Database>, ownerId: string, after?: Position, { isOnlyHidden = false } = {}) {
  const all = selectVideos(db).where('user_id', '=', ownerId);
  const own = isOnlyHidden ? all.where('deleted_at', 'is not', null) : all;
  return cutPage(await pageOf(own, after).execute());
}
