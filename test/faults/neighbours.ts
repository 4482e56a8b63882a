import { sql } from 'kysely';
import { cacheKeysOf, feedPagesKeyOf, placesIn } from '../../functions/deletion/data-map/data-map.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import type { Outside } from './outside.ts';

/** A whole video of the same owner that nobody asks to delete. */
export type Neighbour = { videoId: VideoId; ownerId: string; run: string };

/** Keys that begin like a video's own, and are not. */
const closeTo = (videoId: VideoId) => [
  `videos/${videoId}x/playlist.m3u8`,
  `videos/${videoId}.mp4`,
  `videos/${videoId.slice(0, -1)}/playlist.m3u8`,
  `uploads/${videoId.slice(0, -1)}.mp4`,
];

/** Puts objects beside those of a video. */
export async function putClose({ put }: Outside, videoId: VideoId): Promise<void> {
  await Promise.all(closeTo(videoId).map((key) => put(key)));
}

/** Everything that exists of a video's neighbours, for comparison: objects by version and MD5, rows, cache, run. */
export async function lookAtNeighbours(outside: Outside, videoId: VideoId, neighbour: Neighbour) {
  const { inBucket, isRunning } = outside;
  const [close, objects, rows, cache] = await Promise.all([
    Promise.all(closeTo(videoId).map(inBucket)),
    inBucket(`videos/${neighbour.videoId}/`),
    rowsOf(outside, neighbour),
    cacheOf(outside, neighbour.videoId),
  ]);
  const original = await inBucket(`uploads/${neighbour.videoId}.mp4`);
  return { close, objects, original, rows, cache, isRunning: isRunning(neighbour.run) };
}

async function rowsOf({ db }: Outside, { videoId, ownerId }: Neighbour) {
  const places = [...placesIn('rows'), { table: 'users', column: 'id' } as const];
  return await Promise.all(
    places.map(async ({ table, column }) => {
      const id = table === 'users' ? ownerId : videoId;
      const { rows } = await sql<{ row: string }>`
        select ${sql.ref(table)}::text as row from ${sql.table(table)} where ${sql.ref(column)} = ${id}`.execute(db);
      return [table, ...rows.map(({ row }) => row).sort()];
    }),
  );
}

async function cacheOf({ inRedis }: Outside, videoId: VideoId) {
  return await inRedis.run(async (client) => ({
    values: await Promise.all(cacheKeysOf(videoId).map((key) => client.get(key))),
    pages: (await client.sMembers(feedPagesKeyOf(videoId))).sort(),
  }));
}
