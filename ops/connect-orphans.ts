import { connectCleanupQueue } from '../functions/connect/connect.ts';
import { connectStoredVideos } from '../functions/connect/connect-stored-videos.ts';
import { STORES, storesOf } from './connect.ts';
import type { Session } from './session.ts';

/** The ports for finding and deleting orphans. */
export async function connectOrphans(session: Session) {
  const settings = await session.settings([...STORES, 'cleanupQueue']);
  return { ...storesOf(session, settings), ...connectCleanupQueue(settings), ...connectStoredVideos(settings) };
}
