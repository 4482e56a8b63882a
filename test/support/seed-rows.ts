import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import type { Database, ReportStatus, Row } from '../../functions/stores/postgres/database.ts';
import type { ChildTable, RowsSeed } from '../contracts/video-rows/rows-under-test.ts';

/** Fills the tables of a real database. */
export function seedRows(db: Kysely<Database>): RowsSeed {
  return {
    user: ({ isAdmin = false, isActive = true } = {}) => addUser(db, isAdmin, isActive),
    video: (video) => addVideo(db, video),
    children: async (table, videoId, count) => {
      for (let child = 0; child < count; child++) await ADD_CHILD[table](db, videoId);
    },
    run: async (videoId, executionArn) => {
      await db.insertInto('processing_runs').values({ video_id: videoId, execution_arn: executionArn }).execute();
    },
    report: ({ type, targetId, status }) => addReport(db, { report_type: type, target_id: targetId, status }),
    readReport: async (id) => {
      const report = await db.selectFrom('reports').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
      return { status: report.status, resolvedBy: report.resolved_by, resolvedAt: report.resolved_at };
    },
    refreshStats: async () => {
      await sql`refresh materialized view video_stats`.execute(db);
    },
  };
}

async function addUser(db: Kysely<Database>, isAdmin: boolean, isActive: boolean): Promise<string> {
  const id = randomUUID();
  const account = { id, username: id, email: `${id}@example.com`, is_admin: isAdmin, is_active: isActive };
  await db.insertInto('users').values(account).execute();
  return id;
}

async function addVideo(
  db: Kysely<Database>,
  { ownerId, status = 'ready', urls = [] }: Parameters<RowsSeed['video']>[0],
): Promise<VideoId> {
  const [hls, mp4, thumbnail] = urls;
  const video = { user_id: ownerId, title: 'A walk', status, url_hls: hls, url_mp4: mp4, thumbnail };
  const { id } = await db.insertInto('videos').values(video).returning('id').executeTakeFirstOrThrow();
  return parseVideoId(id);
}

const ADD_CHILD: Record<ChildTable, (db: Kysely<Database>, videoId: VideoId) => Promise<unknown>> = {
  views: (db, videoId) => db.insertInto('views').values({ video_id: videoId }).execute(),
  votes: async (db, videoId) => {
    const vote = { video_id: videoId, user_id: await addUser(db, false, true), direction: 'like' as const };
    await db.insertInto('votes').values(vote).execute();
  },
  user_liked_videos: async (db, videoId) => {
    const like = { video_id: videoId, user_id: await addUser(db, false, true) };
    await db.insertInto('user_liked_videos').values(like).execute();
  },
  share_links: (db, videoId) =>
    db.insertInto('share_links').values({ video_id: videoId, token: randomUUID() }).execute(),
  share_clicks: addClick,
};

/** A click on any link of the video; there must be one. */
async function addClick(db: Kysely<Database>, videoId: VideoId): Promise<void> {
  const link = await db
    .selectFrom('share_links')
    .select('id')
    .where('video_id', '=', videoId)
    .executeTakeFirstOrThrow();
  await db.insertInto('share_clicks').values({ video_id: videoId, share_link_id: link.id }).execute();
}

async function addReport(
  db: Kysely<Database>,
  report: Pick<Row<'reports'>, 'report_type' | 'target_id'> & { status: ReportStatus },
): Promise<string> {
  const { id } = await db
    .insertInto('reports')
    .values({ ...report, reason: 'spam' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
