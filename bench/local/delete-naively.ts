import { DeleteObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { prefixOf } from '../../functions/deletion/data-map/data-map.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { BUCKET } from '../../local/stores.ts';
import type { System } from '../../local/system.ts';
import { addVideos, type VideosToAdd } from './add-videos.ts';
import { watchMemory } from './watch-memory.ts';

/**
 * What a simple service does: it lists a video's objects, deletes each with its own call, and lets one statement
 * cascade. It keeps none of our promises: it leaves versions, invalidates no cache and verifies nothing.
 */
export async function deleteNaively(
  system: Pick<System, 'db' | 'parts' | 'settings'>,
  toAdd: VideosToAdd,
): Promise<{ seconds: number; memory: number }> {
  const { videoIds } = await addVideos(system, toAdd);
  const client = new S3Client({ ...clientSettings(system.settings.STORAGE_ENDPOINT ?? ''), forcePathStyle: true });
  const memory = watchMemory();
  const from = performance.now();
  for (const videoId of videoIds) {
    await deleteObjects(client, videoId);
    await system.db.deleteFrom('videos').where('id', '=', videoId).execute();
  }
  client.destroy();
  return { seconds: (performance.now() - from) / 1000, memory: memory.stop() };
}

async function deleteObjects(client: S3Client, videoId: VideoId): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client },
    { Bucket: BUCKET, Prefix: prefixOf(videoId) },
  ))
    for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
}
