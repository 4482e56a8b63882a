import type { Kysely } from 'kysely';
import type { VideoId } from '../../../deletion/video-id.ts';
import type { Database } from '../database.ts';

/** Takes the video out of every listing as of `at`. A later deletion's mark stays, so a late repeat changes nothing. */
export async function hideVideo(db: Kysely<Database>, videoId: VideoId, at: Date): Promise<void> {
  await db
    .updateTable('videos')
    .set({ deleted_at: at })
    .where('id', '=', videoId)
    .where((video) => video.or([video('deleted_at', 'is', null), video('deleted_at', '<', at)]))
    .execute();
}

/** Shows the video again if it is hidden by the deletion that hid it at `at`: the mark of any other one stays. */
export async function restoreVideo(db: Kysely<Database>, videoId: VideoId, at: Date): Promise<void> {
  await db
    .updateTable('videos')
    .set({ deleted_at: null })
    .where('id', '=', videoId)
    .where('deleted_at', '=', at)
    .execute();
}
