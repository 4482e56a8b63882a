import { CreateMultipartUploadCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Counts } from '../../functions/deletion/counts.ts';
import { cacheKeysOf, feedPagesKeyOf, ownerCacheKeysOf } from '../../functions/deletion/data-map/data-map.ts';
import type { DeletionMessage } from '../../functions/deletion/ports.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { aVideoId } from './a-tombstone.ts';

import { BUCKET, type Stores } from './stores.ts';

/** How a test puts a video into every store, and looks whether it is still there, past all of our code. */
export function platformOf({ db, put, inRedis, objects, inBucket, viewers, startRun }: Stores) {
  const user = async (account: { is_admin?: boolean; is_active?: boolean } = {}) => {
    const id = uuidv7();
    await db
      .insertInto('users')
      .values({ id, username: id, email: `${id}@example.com`, ...account })
      .execute();
    return id;
  };
  return {
    user,
    /**
     * A video in every store: 6 objects (one overwritten, one deleted, one being uploaded), rows, a run, cached copies.
     */
    async video(owner?: string) {
      const ownerId = owner ?? (await user());
      const videoId = aVideoId();
      const prefix = `videos/${videoId}/`;
      const keys = ['playlist.m3u8', 'thumbnail.jpg', '720p/a.m3u8', '720p/a_001.ts', '720p/a_002.ts'].map(
        (name) => prefix + name,
      );
      for (const key of keys) await put(key);
      await put(keys[0] as string, 'newer');
      await put(`${prefix}old.ts`);
      await objects.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: `${prefix}old.ts` }));
      await objects.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: `${prefix}720p/a_003.ts` }));
      await put(`uploads/${videoId}.mp4`);
      await insertRows(db, { videoId, ownerId });
      const run = await startRun(`video-${videoId}`);
      await db.insertInto('processing_runs').values({ video_id: videoId, execution_arn: run }).execute();
      const pages = [1, 2].map((page) => `feed:${videoId}:${page}`);
      await inRedis.run(async (client) => {
        for (const key of [...cacheKeysOf(videoId), ...ownerCacheKeysOf(ownerId), ...pages])
          await client.set(key, 'cached');
        await client.sAdd(feedPagesKeyOf(videoId), pages);
      });
      await viewers.view(`/${keys[0]}`);
      return { videoId, ownerId, run, message: (deletionId: string): DeletionMessage => ({ videoId, deletionId }) };
    },
    /** What is left of a video, by store; nothing is `{}`. */
    async left(videoId: VideoId, ownerId: string): Promise<Counts> {
      const bucket = (await inBucket(`videos/${videoId}/`)).length + (await inBucket(`uploads/${videoId}`)).length;
      const cache = await inRedis.run((client) =>
        client.exists([...cacheKeysOf(videoId), ...ownerCacheKeysOf(ownerId), feedPagesKeyOf(videoId)]),
      );
      const edge = viewers.local.cached().filter((path) => path.includes(videoId)).length;
      const rows = await countRows(db, videoId);
      return Object.fromEntries(Object.entries({ bucket, cache, edge, ...rows }).filter(([, count]) => count > 0));
    },
  };
}

async function insertRows(db: Stores['db'], { videoId, ownerId }: { videoId: VideoId; ownerId: string }) {
  const video_id = videoId;
  const user_id = ownerId;
  const urls = {
    url_hls: `https://cdn.example.com/videos/${videoId}/playlist.m3u8`,
    url_mp4: `uploads/${videoId}.mp4`,
  };
  await db
    .insertInto('videos')
    .values({ id: videoId, user_id, title: 'Holiday at the sea', status: 'ready', ...urls })
    .execute();
  await db.insertInto('votes').values({ user_id, video_id, direction: 'like' }).execute();
  await db.insertInto('user_liked_videos').values({ user_id, video_id }).execute();
  await db
    .insertInto('views')
    .values([1, 2, 3].map(() => ({ video_id })))
    .execute();
  await db
    .insertInto('reports')
    .values({ reporter_id: user_id, report_type: 'video', target_id: videoId, reason: 'spam', status: 'pending' })
    .execute();
}

async function countRows(db: Stores['db'], videoId: VideoId): Promise<Counts> {
  const tables = [
    'views',
    'votes',
    'user_liked_videos',
    'share_links',
    'share_clicks',
    'processing_runs',
    'video_stats',
  ];
  const counts: Counts = {};
  for (const table of tables) {
    const { rows } = await sql<{
      n: number;
    }>`select count(*)::int n from ${sql.table(table)} where video_id = ${videoId}`.execute(db);
    counts[table] = rows[0]?.n ?? 0;
  }
  const { rows } = await sql<{ n: number }>`select count(*)::int n from videos where id = ${videoId}`.execute(db);
  const pending = await sql<{
    n: number;
  }>`select count(*)::int n from reports where target_id = ${videoId} and status = 'pending'`.execute(db);
  return { ...counts, videos: rows[0]?.n ?? 0, pendingReports: pending.rows[0]?.n ?? 0 };
}
