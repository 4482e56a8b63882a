import { createLocalPrefixes } from '../functions/adapters/local-prefixes.ts';
import { createS3Prefixes } from '../functions/adapters/s3-prefixes.ts';
import { connectCleanupQueue, connectVideoBucket } from '../functions/connect.ts';
import { existingVideos } from '../functions/db/existing-videos.ts';
import type { KnownVideos, StoredVideos } from '../functions/deletion/find-orphans.ts';
import type { SettingsOf } from '../functions/settings.ts';
import { openDatabase, STORES, storesOf } from './connect.ts';
import type { Session } from './session.ts';

/** Everything that finding orphans takes, and deleting them. */
export async function connectOrphans(session: Session) {
  const settings = await session.settings([...STORES, 'cleanupQueue']);
  const database = openDatabase(session, settings);
  const videos: KnownVideos = { existing: (videoIds) => existingVideos(database, videoIds) };
  return {
    ...storesOf(session, settings),
    ...connectCleanupQueue(settings),
    stored: storedVideos(settings),
    videos,
  };
}

function storedVideos(settings: SettingsOf<'places' | 'storage'>): StoredVideos {
  if (settings.VIDEO_STORAGE === 'local') {
    return createLocalPrefixes({ uploads: settings.UPLOADS_DIR, processing: settings.PROCESSING_DIR });
  }
  return createS3Prefixes(connectVideoBucket(settings), { bucket: settings.VIDEO_BUCKET ?? '' });
}
