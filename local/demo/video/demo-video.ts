import type { VideoId } from '../../../functions/deletion/video-id.ts';
import type { VideoStatus } from '../../../functions/stores/postgres/database.ts';
import { writeCachedCopies } from '../content/cached-copies.ts';
import type { DemoStores } from '../demo-stores.ts';
import { writeBucketVideo } from './video-in-bucket.ts';
import { writeFileVideo } from './video-in-files.ts';
import { insertVideoRows } from './video-rows.ts';

/** How much of each kind there is of a video. */
export type Sizes = {
  /** Current objects below the prefix; on the file layout, processed files. */
  objects: number;
  /** Of those, how many were written twice: each leaves an older version. */
  overwritten: number;
  deleteMarkers: number;
  unfinishedUploads: number;
  views: number;
  /** At most one of a viewer; so are likes. */
  votes: number;
  likes: number;
  shareLinks: number;
  clicksPerLink: number;
  pendingReports: number;
  dismissedReports: number;
  feedPages: number;
};

/** What the demo's video leaves in the stores. */
export const DEMO_SIZES: Sizes = {
  objects: 1_500,
  overwritten: 300,
  deleteMarkers: 200,
  unfinishedUploads: 2,
  views: 20_000,
  votes: 500,
  likes: 300,
  shareLinks: 40,
  clicksPerLink: 3,
  pendingReports: 2,
  dismissedReports: 1,
  feedPages: 6,
};

/** A video like the demo's, of the same kinds in small numbers. */
export const SMALL_SIZES: Sizes = {
  objects: 30,
  overwritten: 6,
  deleteMarkers: 4,
  unfinishedUploads: 1,
  views: 200,
  votes: 20,
  likes: 10,
  shareLinks: 3,
  clicksPerLink: 2,
  pendingReports: 1,
  dismissedReports: 1,
  feedPages: 2,
};

export type DemoVideo = {
  videoId: VideoId;
  ownerId: string;
  title: string;
  /** `ready` if absent. */
  status?: VideoStatus;
  /** What the row's `url_mp4` says; the key of its original if absent. */
  urlMp4?: string;
};

/** The key of the upload: outside the video's prefix, named by `url_mp4`. */
export const originalKeyOf = (videoId: string) => `uploads/${videoId}.mp4`;

/** Writes a video with all that belongs to it into storage, database and cache. */
export async function createVideo(
  { storage, db, redis }: Pick<DemoStores, 'storage' | 'db' | 'redis'>,
  video: DemoVideo,
  { sizes, cachedForSeconds }: { sizes: Sizes; cachedForSeconds?: number },
): Promise<void> {
  await (storage.kind === 's3'
    ? writeBucketVideo(storage, video.videoId, sizes)
    : writeFileVideo(storage, video.videoId, sizes));
  await insertVideoRows(db, video, sizes);
  await writeCachedCopies(redis, video, { pages: sizes.feedPages, seconds: cachedForSeconds });
}
