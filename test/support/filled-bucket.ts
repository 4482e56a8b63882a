import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Counts } from '../../functions/deletion/counts.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';

/** A bucket past our adapter: the means to fill it, and to see what is in it. */
export type FilledBucket = { client: S3Client; name: string };
/** What the bucket does with what is overwritten or deleted. */
export type Keeps = 'nothing' | 'versions' | 'versions that it had before';

const BODY = 'video';

export const putInto = ({ client, name }: FilledBucket, key: string) =>
  client.send(new PutObjectCommand({ Bucket: name, Key: key, Body: BODY }));

/** Everything that a video may have. What `look` must count then. */
export function fillBucket(bucket: FilledBucket, videoId: VideoId, keeps: Keeps): Promise<Counts> {
  return keeps === 'nothing' ? fillPlain(bucket, videoId) : fillWithVersions(bucket, videoId, keeps);
}

const keysOf = (videoId: VideoId) => [
  `videos/${videoId}/playlist.m3u8`,
  `videos/${videoId}/thumbnail.jpg`,
  `videos/${videoId}/720p/${videoId}.m3u8`,
  `videos/${videoId}/720p/${videoId}_001.ts`,
  `videos/${videoId}/ä &amp;<"'>+%20 \r\n🎬 `,
  `uploads/${videoId}.mp4`,
];

/** Names that only look like the video's. */
export const neighboursOf = (videoId: VideoId) => [
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

async function fillPlain(bucket: FilledBucket, videoId: VideoId): Promise<Counts> {
  const keys = keysOf(videoId);
  const { client, name: Bucket } = bucket;
  for (const key of keys) await putInto(bucket, key);
  for (const Key of keys.slice(-2)) await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  return { objects: keys.length, uploads: 2, bytes: keys.length * BODY.length };
}

/** Everything twice, the thumbnail deleted; when suspended, the playlist once more, as the version `null`. */
async function fillWithVersions(bucket: FilledBucket, videoId: VideoId, keeps: Keeps): Promise<Counts> {
  const { client, name: Bucket } = bucket;
  const [playlist = '', thumbnail] = keysOf(videoId);
  const keep = (Status: 'Enabled' | 'Suspended') =>
    client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  await keep('Enabled');
  for (const key of keysOf(videoId)) await putInto(bucket, key);
  const { objects = 0, uploads = 0, bytes = 0 } = await fillPlain(bucket, videoId);
  await client.send(new DeleteObjectCommand({ Bucket, Key: thumbnail }));
  const counts = { objects: objects - 1, versions: objects + 1, deleteMarkers: 1, uploads, bytes: bytes * 2 };
  if (keeps !== 'versions that it had before') return counts;
  await keep('Suspended');
  await putInto(bucket, playlist);
  return { ...counts, versions: counts.versions + 1, bytes: counts.bytes + BODY.length };
}

/** A key for each version, delete marker and upload. */
export async function namesIn({ client, name: Bucket }: FilledBucket): Promise<string[]> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  const names = Uploads.map(({ Key }) => `${Key}`);
  let page: ListObjectVersionsCommandOutput | undefined;
  do {
    page = await client.send(
      new ListObjectVersionsCommand({
        Bucket,
        KeyMarker: page?.NextKeyMarker,
        VersionIdMarker: page?.NextVersionIdMarker,
      }),
    );
    names.push(...[...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key }) => `${Key}`));
  } while (page.IsTruncated);
  return names;
}
