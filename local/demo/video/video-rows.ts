import { type Kysely, sql } from 'kysely';
import type { Database, NewRow } from '../../../functions/stores/postgres/database.ts';
import { type DemoVideo, originalKeyOf, type Sizes } from './video-content.ts';

/** The reason of every report. */
export const REPORT_REASON = 'Shows my garden';

const DISMISSED_AT = '2026-11-21T09:00:00.000Z';

/** Inserts a video and the rows of its audience. All such videos share the audience's accounts. */
export async function insertVideoRows(db: Kysely<Database>, video: DemoVideo, sizes: Sizes): Promise<void> {
  const { videoId } = video;
  await insertAudience(db, Math.max(sizes.votes, sizes.likes));
  await db.insertInto('videos').values(videoRow(video)).execute();
  await insertVotesAndLikes(db, videoId, sizes);
  await insertViews(db, videoId, sizes.views);
  await insertShareLinks(db, video, sizes);
  const reports = reportRows(video, sizes);
  if (reports.length > 0) await db.insertInto('reports').values(reports).execute();
}

/** The id of the account with this name. It is created if it does not exist. */
export async function accountNamed(db: Kysely<Database>, username: string): Promise<string> {
  const row = { username, email: `${username}@example.com` };
  await db
    .insertInto('users')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { id } = await db.selectFrom('users').select('id').where('username', '=', username).executeTakeFirstOrThrow();
  return id;
}

async function insertAudience(db: Kysely<Database>, count: number): Promise<void> {
  await sql`insert into users (username, email)
    select 'demo-viewer-' || n, 'demo-viewer-' || n || '@example.com' from generate_series(1, ${count}::int) n
    on conflict do nothing`.execute(db);
}

function videoRow({ videoId, ownerId, title, status = 'ready', urlMp4 }: DemoVideo): NewRow<'videos'> {
  const folder = `/videos/${videoId}`;
  return {
    id: videoId,
    user_id: ownerId,
    title,
    status,
    url_mp4: urlMp4 ?? originalKeyOf(videoId),
    ...(status === 'ready' && { url_hls: `${folder}/playlist.m3u8`, thumbnail: `${folder}/thumbnail.jpg` }),
  };
}

async function insertVotesAndLikes(db: Kysely<Database>, videoId: string, { votes, likes }: Sizes): Promise<void> {
  const audience = sql`(select id, row_number() over (order by username) as n from users
    where username like 'demo-viewer-%')`;
  await sql`insert into votes (user_id, video_id, direction)
    select id, ${videoId}, (case when n % 5 = 0 then 'not_like' else 'like' end)::vote_direction
    from ${audience} audience where n <= ${votes}`.execute(db);
  await sql`insert into user_liked_videos (user_id, video_id)
    select id, ${videoId} from ${audience} audience where n <= ${likes}`.execute(db);
}

/** Every third viewer is anonymous. */
async function insertViews(db: Kysely<Database>, videoId: string, count: number): Promise<void> {
  await sql`insert into views (video_id, user_id, watched_seconds)
    select ${videoId}, case when n % 3 = 0 then null else viewers.ids[1 + n % array_length(viewers.ids, 1)] end, n % 60
    from generate_series(1, ${count}::int) n,
      (select array_agg(id) as ids from users where username like 'demo-viewer-%') viewers`.execute(db);
}

async function insertShareLinks(
  db: Kysely<Database>,
  { videoId, ownerId }: DemoVideo,
  { shareLinks, clicksPerLink }: Sizes,
): Promise<void> {
  await sql`insert into share_links (video_id, created_by, token)
    select ${videoId}, ${ownerId}, ${videoId}::text || '-' || n from generate_series(1, ${shareLinks}::int) n`.execute(
    db,
  );
  await sql`insert into share_clicks (share_link_id, video_id)
    select id, video_id from share_links, generate_series(1, ${clicksPerLink}::int)
    where video_id = ${videoId}`.execute(db);
}

function reportRows({ videoId, ownerId }: DemoVideo, sizes: Sizes): NewRow<'reports'>[] {
  const report = { report_type: 'video', target_id: videoId, reason: REPORT_REASON } as const;
  const dismissed = { status: 'dismissed', resolved_by: ownerId, resolved_at: DISMISSED_AT } as const;
  return [
    ...Array.from({ length: sizes.pendingReports }, () => ({ ...report, status: 'pending' as const })),
    ...Array.from({ length: sizes.dismissedReports }, () => ({ ...report, ...dismissed })),
  ];
}
