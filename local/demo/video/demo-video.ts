import { writeCachedCopies } from '../content/cached-copies.ts';
import type { DemoStores } from '../demo-stores.ts';
import type { DemoVideo, Sizes } from './video-content.ts';
import { writeBucketVideo } from './video-in-bucket.ts';
import { writeFileVideo } from './video-in-files.ts';
import { insertVideoRows } from './video-rows.ts';

/** Writes a video with everything that belongs to it into storage, database and cache. */
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
