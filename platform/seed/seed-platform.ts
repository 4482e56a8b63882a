import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database, NewRow } from '../../functions/stores/postgres/database.ts';
import { type Layout, localPathOf, uploadedFile, videoFiles } from '../video-files.ts';
import { ACCOUNTS, userIdOf } from './accounts.ts';
import { audienceRows, viewerRows } from './audience-rows.ts';
import { reportRows } from './report-rows.ts';
import { SAMPLE_VIDEOS, type SampleVideo } from './sample-videos.ts';

export type SeedTarget = {
  db: Kysely<Database>;
  /** Stores a file under a key of the bucket, or with the local layout under a path below `UPLOADS_DIR`. */
  putFile: (key: string, body: Buffer, contentType: string) => Promise<unknown>;
  /** The URL at which browsers find the bucket, without a trailing slash. */
  cdnUrl: string;
  /** Default: `s3`. */
  layout?: Layout;
};

/** The length of the stream that all sample videos share, in seconds. */
const DURATION = 7;

/**
 * Fills an empty platform with accounts, videos and the rows of viewers. It does nothing if there is any user, so
 * deleted videos stay deleted at the next start. Files are written before rows, so that the next start repeats an
 * interrupted one completely.
 * @returns whether the platform was empty
 */
export async function seedPlatform({ db, putFile, cdnUrl, layout = 's3' }: SeedTarget): Promise<boolean> {
  const anybody = await db.selectFrom('users').select('id').limit(1).executeTakeFirst();
  if (anybody) return false;
  for (const file of SAMPLE_VIDEOS.flatMap((video) => filesOf(video, layout))) {
    await putFile(file.key, file.body, file.contentType);
  }
  await db.transaction().execute((trx) => insertRows(trx, cdnUrl));
  return true;
}

/** The files in storage: only the upload until the video has been processed. */
function filesOf({ id, thumbnail }: SampleVideo, layout: Layout) {
  if (thumbnail) return videoFiles(id, { thumbnail, layout });
  const upload = uploadedFile(id);
  return [layout === 'local' ? { ...upload, key: localPathOf(upload.key) } : upload];
}

async function insertRows(trx: Transaction<Database>, cdnUrl: string): Promise<void> {
  const { votes, liked, views, links, clicks } = audienceRows();
  await trx
    .insertInto('users')
    .values([...ACCOUNTS.map(userRow), ...viewerRows])
    .execute();
  await trx
    .insertInto('videos')
    .values(SAMPLE_VIDEOS.map((video) => videoRow(video, cdnUrl)))
    .execute();
  await trx.insertInto('votes').values(votes).execute();
  await trx.insertInto('user_liked_videos').values(liked).execute();
  await trx.insertInto('views').values(views).execute();
  await trx.insertInto('share_links').values(links).execute();
  await trx.insertInto('share_clicks').values(clicks).execute();
  await trx.insertInto('reports').values(reportRows()).execute();
  await sql`refresh materialized view video_stats`.execute(trx);
}

function userRow({ userId, username, role }: (typeof ACCOUNTS)[number]): NewRow<'users'> {
  return {
    id: userId,
    username,
    email: `${username}@example.com`,
    is_admin: role === 'admin',
    is_active: role !== 'disabled',
  };
}

function videoRow(video: SampleVideo, cdnUrl: string): NewRow<'videos'> {
  const { id, owner, title, description, status, thumbnail, createdAt } = video;
  const { key, body } = uploadedFile(id);
  const folder = `${cdnUrl}/videos/${id}`;
  return {
    ...{ id, title, description, status },
    user_id: userIdOf(owner),
    url_mp4: key,
    ...(thumbnail && { url_hls: `${folder}/playlist.m3u8`, thumbnail: `${folder}/thumbnail.jpg` }),
    duration_seconds: thumbnail ? DURATION : null,
    file_size_bytes: body.length,
    original_filename: `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.mp4`,
    created_at: createdAt,
    updated_at: createdAt,
  };
}
