import type { Kysely } from 'kysely';
import type { VideoId } from '../../../deletion/video-id.ts';
import type { Database } from '../database.ts';

/**
 * Hides the video in every listing, as of `at`. Replaces only the marks of `earlier` deletions of ours: any other mark
 * is the platform's own, or that of a later deletion.
 */
export async function hideVideo(
  db: Kysely<Database>,
  videoId: VideoId,
  at: Date,
  earlier: readonly Date[] = [],
): Promise<void> {
  await db
    .updateTable('videos')
    .set({ deleted_at: at })
    .where('id', '=', videoId)
    .where((video) =>
      video.or([
        video('deleted_at', 'is', null),
        ...(earlier.length > 0 ? [video('deleted_at', 'in', [...earlier])] : []),
      ]),
    )
    .execute();
}

/** Shows the video again if the deletion of `at`, or an `earlier` one, has hidden it. Any other mark stays. */
export async function unhideVideo(
  db: Kysely<Database>,
  videoId: VideoId,
  at: Date,
  earlier: readonly Date[] = [],
): Promise<void> {
  await db
    .updateTable('videos')
    .set({ deleted_at: null })
    .where('id', '=', videoId)
    .where('deleted_at', 'in', [at, ...earlier])
    .execute();
}
