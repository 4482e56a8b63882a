import type { ExpressionBuilder, Kysely } from 'kysely';
import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/postgres';
import { LONGEST_VALUE } from '../../../deletion/data-map/stray-keys.ts';
import type { Caller, VideoRow } from '../../../deletion/ports.ts';
import { isUuid, type VideoId } from '../../../deletion/video-id.ts';
import type { Database, Row } from '../database.ts';

/** As many runs as a tombstone can name. The worker reads the others. */
const MOST_RUNS = 200;

/**
 * The caller's account and the video, each if it exists, in one round trip. A caller id that is not a UUID is unknown.
 */
export async function findVideo(
  db: Kysely<Database>,
  callerId: string,
  videoId: VideoId,
): Promise<{ caller?: Caller; video?: VideoRow }> {
  const { caller, video, runs } = await db
    .selectNoFrom([
      jsonObjectFrom(callerById(db, callerId)).as('caller'),
      jsonObjectFrom(videoById(db, videoId)).as('video'),
      jsonArrayFrom(runsOf(db, videoId).limit(MOST_RUNS)).as('runs'),
    ])
    .executeTakeFirstOrThrow();
  return {
    ...(caller && { caller: asCaller(caller) }),
    ...(video && {
      video: {
        ownerId: video.user_id,
        status: video.status,
        hidden: video.hidden,
        urls: [video.url_hls, video.url_mp4, video.thumbnail].filter((url) => url !== null),
        runs: runs.map((run) => run.execution_arn),
      },
    }),
  };
}

/** Only the caller's account. */
export async function findCaller(db: Kysely<Database>, callerId: string): Promise<Caller | undefined> {
  const caller = await callerById(db, callerId).executeTakeFirst();
  return caller && asCaller(caller);
}

/** The execution ARNs registered for the video, oldest first. */
export async function findRuns(db: Kysely<Database>, videoId: VideoId): Promise<string[]> {
  const runs = await runsOf(db, videoId).execute();
  return runs.map((run) => run.execution_arn);
}

function callerById(db: Kysely<Database>, callerId: string) {
  return db
    .selectFrom('users')
    .select(['id', 'is_admin', 'is_active'])
    .where('id', '=', isUuid(callerId) ? callerId : null);
}

function asCaller({ id, is_admin, is_active }: Pick<Row<'users'>, 'id' | 'is_admin' | 'is_active'>): Caller {
  return { id, isAdmin: is_admin, isActive: is_active };
}

function videoById(db: Kysely<Database>, videoId: VideoId) {
  return db
    .selectFrom('videos')
    .select(['user_id', 'status'])
    .select((video) => (['url_hls', 'url_mp4', 'thumbnail'] as const).map((url) => startOf(video, url)))
    .select((video) => video('deleted_at', 'is not', null).$castTo<boolean>().as('hidden'))
    .where('id', '=', videoId);
}

/** As much as tells that a value is too long for a key. */
function startOf<Column extends 'url_hls' | 'url_mp4' | 'thumbnail'>(
  { fn, val }: ExpressionBuilder<Database, 'videos'>,
  column: Column,
) {
  return fn<string | null>('left', [column, val(LONGEST_VALUE + 1)]).as(column);
}

function runsOf(db: Kysely<Database>, videoId: VideoId) {
  return db
    .selectFrom('processing_runs')
    .select('execution_arn')
    .where('video_id', '=', videoId)
    .orderBy('started_at')
    .orderBy('execution_arn');
}
