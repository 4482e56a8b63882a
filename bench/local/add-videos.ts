import { sql } from 'kysely';
import { prefixOf } from '../../functions/deletion/data-map/data-map.ts';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import { videoKeys } from '../../local/demo/video/video-keys.ts';
import { accountNamed } from '../../local/demo/video/video-rows.ts';
import { BUCKET } from '../../local/stores.ts';
import type { System } from '../../local/system.ts';

export type VideosToAdd = {
  /** The name of the owner's account. It is created if it does not exist. */
  owner: string;
  count: number;
  /** The objects of each video. */
  objects: number;
  /** The views of each video. */
  views?: number;
};

/** Adds videos of one owner, with rows and objects, without HTTP. @returns their ids */
export async function addVideos(
  { db, parts }: Pick<System, 'db' | 'parts'>,
  { owner, count, objects, views = 3 }: VideosToAdd,
): Promise<{ ownerId: string; videoIds: VideoId[] }> {
  const ownerId = await accountNamed(db, owner);
  const { rows } = await sql<{ id: string }>`insert into videos (user_id, title, status)
    select ${ownerId}, 'A clip', 'ready' from generate_series(1, ${count}::int) returning id`.execute(db);
  const videoIds = rows.map(({ id }) => parseVideoId(id));
  await sql`insert into views (video_id) select id from videos, generate_series(1, ${views}::int)
    where user_id = ${ownerId}`.execute(db);
  await db
    .updateTable('videos')
    .set({ url_hls: sql`'/videos/' || id || '/playlist.m3u8'` })
    .where('user_id', '=', ownerId)
    .execute();
  // Uses the simulator's own fast function, because only deleting is measured, not uploading.
  parts.s3?.fill(BUCKET, keysOf(videoIds, objects));
  return { ownerId, videoIds };
}

function* keysOf(videoIds: readonly VideoId[], objects: number): Generator<string> {
  for (const videoId of videoIds) {
    for (const key of videoKeys(videoId, objects)) {
      if (!key.startsWith(prefixOf(videoId))) throw new Error(`${key} is not the video's`);
      yield key;
    }
  }
}
