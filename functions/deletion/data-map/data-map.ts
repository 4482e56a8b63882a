import type { VideoId } from '../video-id.ts';

/**
 * Where the data of a video is, and which step deletes it. The steps, the verification and the receipt follow this
 * list. A table, key or prefix that it does not name is not deleted, so a check compares it with the catalogue of a
 * live database. `{videoId}` and `{ownerId}` stand for the ids.
 */
export const DATA_MAP = [
  { store: 'runs', step: 'cancelRuns', name: 'video-{videoId}', table: 'processing_runs' },

  { store: 'objects', step: 'deleteObjects', prefix: 'videos/{videoId}/' },
  { store: 'objects', step: 'deleteObjects', urls: ['url_hls', 'url_mp4', 'thumbnail'] },
  { store: 'files', step: 'deleteObjects', root: 'uploads', pattern: '{videoId}.*' },
  { store: 'files', step: 'deleteObjects', root: 'uploads', pattern: 'originals/{videoId}.*' },
  { store: 'files', step: 'deleteObjects', root: 'uploads', pattern: 'processed/videos_{videoId}_*' },
  { store: 'files', step: 'deleteObjects', root: 'uploads', pattern: 'processed/{videoId}/**' },
  { store: 'files', step: 'deleteObjects', root: 'processing', pattern: '{videoId}/**' },

  // Children before the rows that they refer to; the video last.
  { store: 'rows', step: 'deleteRows', table: 'share_clicks', column: 'video_id', action: 'delete' },
  { store: 'rows', step: 'deleteRows', table: 'share_links', column: 'video_id', action: 'delete' },
  { store: 'rows', step: 'deleteRows', table: 'views', column: 'video_id', action: 'delete' },
  { store: 'rows', step: 'deleteRows', table: 'user_liked_videos', column: 'video_id', action: 'delete' },
  { store: 'rows', step: 'deleteRows', table: 'votes', column: 'video_id', action: 'delete' },
  { store: 'rows', step: 'deleteRows', table: 'processing_runs', column: 'video_id', action: 'delete' },
  { store: 'rows', step: 'deleteRows', table: 'reports', column: 'target_id', action: 'resolve' },
  { store: 'rows', step: 'deleteRows', table: 'videos', column: 'id', action: 'delete' },
  { store: 'rows', step: 'deleteRows', table: 'video_stats', column: 'video_id', action: 'refresh' },

  { store: 'cache', step: 'invalidateCache', key: 'video:{videoId}' },
  { store: 'cache', step: 'invalidateCache', key: 'video:{videoId}:meta' },
  { store: 'cache', step: 'invalidateCache', key: 'video:{videoId}:playback' },
  { store: 'cache', step: 'invalidateCache', key: 'video:{videoId}:stats' },
  // The platform writes these again when the owner opens a page. They are invalidated, but are no residue.
  { store: 'cache', step: 'invalidateCache', ownerKey: 'user:{ownerId}:profile' },
  { store: 'cache', step: 'invalidateCache', ownerKey: 'user:{ownerId}:stats' },
  { store: 'cache', step: 'invalidateCache', ownerKey: 'user:{ownerId}:videos' },
  { store: 'cache', step: 'invalidateCache', pagesIn: 'video:{videoId}:feeds', pages: 'feed:' },

  { store: 'edge', step: 'invalidateEdge', path: '/videos/{videoId}/*' },
  { store: 'edge', step: 'invalidateEdge', path: '/{strayKey}' },
] as const;

export type Place = (typeof DATA_MAP)[number];
type Store = Place['store'];
export type RowPlace = Extract<Place, { store: 'rows' }>;
/** A table whose rows are deleted with the video. The table of the videos is one of them. */
export type DeletedTable = Extract<RowPlace, { action: 'delete' }>;
/** A table whose rows refer to a video and are deleted before it. */
export type ChildTable = Extract<DeletedTable, { column: 'video_id' }>;

/** The table of the videos themselves, and the column that every child refers to. */
export const VIDEOS = { table: 'videos', column: 'id' } as const;

/** The places of one store, in the order in which they are emptied. */
export function placesIn<S extends Store>(store: S): Extract<Place, { store: S }>[] {
  return DATA_MAP.filter((place): place is Extract<Place, { store: S }> => place.store === store);
}

/** The tables whose rows are deleted, in order: children before the rows that they refer to, the video last. */
export function deletedTables(): DeletedTable[] {
  return placesIn('rows').filter((place): place is DeletedTable => place.action === 'delete');
}

/** The tables that refer to the video, in the order in which they are emptied. */
export function childTables(): ChildTable[] {
  return placesIn('rows').filter(isChildTable);
}

/** True for a table whose rows may be deleted while their video stays. */
export function isChildTable(place: RowPlace): place is ChildTable {
  return place.action === 'delete' && place.table !== VIDEOS.table;
}

/**
 * The child tables that are emptied in batches, before the video's last transaction. Registered runs are deleted only
 * in that transaction, which reports a run that nobody has stopped.
 */
export function batchedTables(): ChildTable[] {
  const runs: string[] = placesIn('runs').map(({ table }) => table);
  return childTables().filter(({ table }) => !runs.includes(table));
}

/** The tables whose rows stay. Their pending rows against the video are resolved. */
export function resolvedTables(): RowPlace[] {
  return placesIn('rows').filter(({ action }) => action === 'resolve');
}

/** The tables that the platform derives from other tables. They lose the video at their next refresh. */
export function derivedTables(): RowPlace[] {
  return placesIn('rows').filter(({ action }) => action === 'refresh');
}

/** Replaces the placeholders of a pattern by the ids. */
export function expand(
  pattern: string,
  { videoId = '', ownerId = '' }: { videoId?: string; ownerId?: string },
): string {
  return pattern.replaceAll('{videoId}', videoId).replaceAll('{ownerId}', ownerId);
}

/** The only prefix that belongs to the video alone. It ends in a slash, or `videos/1` would also match `videos/10/`. */
export function prefixOf(videoId: VideoId): string {
  return expand('videos/{videoId}/', { videoId });
}

/** The cache keys with data of the video. After its row is deleted, nobody has a reason to write them again. */
export function cacheKeysOf(videoId: VideoId): string[] {
  return placesIn('cache').flatMap((place) => ('key' in place ? [expand(place.key, { videoId })] : []));
}

/** The cache keys with lists and figures of its owner. */
export function ownerCacheKeysOf(ownerId: string): string[] {
  return placesIn('cache').flatMap((place) => ('ownerKey' in place ? [expand(place.ownerKey, { ownerId })] : []));
}

/** The set in which the platform lists the feed pages that show the video. */
export function feedPagesKeyOf(videoId: VideoId): string {
  return placesIn('cache').flatMap((place) =>
    'pagesIn' in place ? [expand(place.pagesIn, { videoId })] : [],
  )[0] as string;
}

/**
 * True for the key of a feed page. A list of pages may name anything, and what is no page is another's: a video's copy,
 * a user's figures, or the version of the feed.
 */
export function isFeedPage(key: string): boolean {
  return key !== FEED_VERSION && placesIn('cache').some((place) => 'pages' in place && key.startsWith(place.pages));
}

/** The number that is part of every feed page's key, on platforms that list no pages. */
export const FEED_VERSION = 'feed:version';

/** The key of the fence against slow readers: while it exists, nobody may cache or show the video. */
export function goneKeyOf(videoId: VideoId): string {
  return `video:${videoId}:gone`;
}

/** The name of the n-th run of a video: `video-<id>`, then `video-<id>-1`, `video-<id>-2`, … */
export function runNameOf(videoId: VideoId, n: number): string {
  return n === 0 ? `video-${videoId}` : `video-${videoId}-${n}`;
}
