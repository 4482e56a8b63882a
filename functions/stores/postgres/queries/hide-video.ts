import type { Kysely } from 'kysely';
import type { VideoId } from '../../../deletion/video-id.ts';
import type { Database } from '../database.ts';

/**
 * Hides the video in every listing, as of `at`. The mark of a later deletion stays, so a late retry changes nothing.
 */
export async function hideVideo(db: Kysely<Database>, videoId: VideoId, at: Date): Promise<void> {
  await db
    .updateTable('videos')
    .set({ deleted_at: at })
    .where('id', '=', videoId)
    .where((video) => video.or([video('deleted_at', 'is', null), video('deleted_at', '<', at)]))
    .execute();
}

/** Shows the video again if the deletion of `at` has hidden it. The mark of any other deletion stays. */
export async function unhideVideo(db: Kysely<Database>, videoId: VideoId, at: Date): Promise<void> {
  await db
    .updateTable('videos')
    .set({ deleted_at: null })
    .where('id', '=', videoId)
    .where('deleted_at', '=', at)
    .execute();
}
