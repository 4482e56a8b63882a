import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Counts } from '../../functions/deletion/counts.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { prepared } from '../../functions/stores/s3/client/connect-bucket.ts';
import { createS3Objects } from '../../functions/stores/s3/objects.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { type S3Simulator, startS3 } from '../../local/s3/start.ts';
import type { StorageUnderTest } from '../contracts/video-objects.ts';

export type BucketMode = 'unversioned' | 'versioned' | 'suspended' | 'R2' | 'locked';
export type SimulatedBucket = StorageUnderTest & { simulator: S3Simulator; client: S3Client };

export const BUCKET = 'clips';
const BODY = 'video';

/** The adapter on a bucket of the simulator, and the means to fill it. A suspended bucket had versions before. */
export async function startSimulatedBucket(mode: BucketMode): Promise<SimulatedBucket> {
  const hasVersions = mode === 'versioned' || mode === 'suspended';
  const simulator = await startS3({
    buckets: [{ name: BUCKET, versioning: hasVersions ? 'Enabled' : 'Unversioned', objectLock: mode === 'locked' }],
  });
  const settings = { ...clientSettings(simulator.endpoint), forcePathStyle: true };
  const client = new S3Client(settings);
  const restrict = () => (mode === 'R2' ? simulator.faults.imitate('r2') : () => {});
  let lift = restrict();
  const put = (key: string) => client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: BODY }));
  return {
    simulator,
    client,
    objects: createS3Objects(prepared(new S3Client(settings)), { bucket: BUCKET, wait: async () => {} }),
    put: async (key) => void (await put(key)),
    fill: (videoId) => (hasVersions ? fillWithVersions(client, videoId, mode) : fillPlain(client, videoId)),
    neighbours,
    names: async () => {
      lift();
      const names = await namesIn(client);
      lift = restrict();
      return names;
    },
    obstruct: async (videoId) => {
      const clear = simulator.faults.failKeys({ key: `videos/${videoId}/thumbnail.jpg`, code: 'InternalError' });
      return async () => clear();
    },
    close: async () => {
      client.destroy();
      await simulator.stop();
    },
  };
}

const keysOf = (videoId: VideoId) => [
  `videos/${videoId}/playlist.m3u8`,
  `videos/${videoId}/thumbnail.jpg`,
  `videos/${videoId}/720p/${videoId}.m3u8`,
  `videos/${videoId}/720p/${videoId}_001.ts`,
  `videos/${videoId}/ä &amp;<"'>+%20 \r\n🎬 `,
  `uploads/${videoId}.mp4`,
];

const neighbours = (videoId: VideoId) => [
  `videos/${videoId}`,
  `videos/${videoId}.mp4`,
  `videos/${videoId}x/playlist.m3u8`,
  `videos/${videoId.slice(0, -1)}/playlist.m3u8`,
  `Videos/${videoId}/playlist.m3u8`,
  `archive/videos/${videoId}/playlist.m3u8`,
  `uploads/${videoId}.mp4.bak`,
  `uploads/${videoId}.mp4/part`,
  `uploads/${videoId}.mp`,
];

async function fillPlain(client: S3Client, videoId: VideoId): Promise<Counts> {
  const keys = keysOf(videoId);
  for (const Key of keys) await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: BODY }));
  for (const Key of keys.slice(-2)) await client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
  return { objects: keys.length, uploads: 2, bytes: keys.length * BODY.length };
}

/** Everything twice, the thumbnail deleted; when suspended, the playlist once more, as the version `null`. */
async function fillWithVersions(client: S3Client, videoId: VideoId, mode: BucketMode): Promise<Counts> {
  const [playlist, thumbnail] = keysOf(videoId);
  const keep = (Status: 'Enabled' | 'Suspended') =>
    client.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status } }));
  await keep('Enabled');
  for (const Key of keysOf(videoId)) await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: BODY }));
  const { objects = 0, uploads = 0, bytes = 0 } = await fillPlain(client, videoId);
  await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: thumbnail }));
  const counts = { objects: objects - 1, versions: objects + 1, deleteMarkers: 1, uploads, bytes: bytes * 2 };
  if (mode !== 'suspended') return counts;
  await keep('Suspended');
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: playlist, Body: BODY }));
  return { ...counts, versions: counts.versions + 1, bytes: counts.bytes + BODY.length };
}

/** A key for each version, delete marker and upload. */
async function namesIn(client: S3Client): Promise<string[]> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  const names = Uploads.map(({ Key }) => `${Key}`);
  let page: ListObjectVersionsCommandOutput | undefined;
  do {
    page = await client.send(
      new ListObjectVersionsCommand({
        Bucket: BUCKET,
        KeyMarker: page?.NextKeyMarker,
        VersionIdMarker: page?.NextVersionIdMarker,
      }),
    );
    names.push(...[...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key }) => `${Key}`));
  } while (page.IsTruncated);
  return names;
}
