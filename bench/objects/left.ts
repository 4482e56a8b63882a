import {
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { BUCKET, NEIGHBOURS, TARGET } from './video.ts';

/** What a way left of the video, and how many neighbours it damaged. */
export type Left = { versions: number; uploads: number; neighboursLost: number };

/** Checks everything in the bucket: all versions, delete markers and uploads. */
export async function countLeft(client: S3Client): Promise<Left> {
  const keys: string[] = [];
  let page: ListObjectVersionsCommandOutput | undefined;
  do {
    const from = { KeyMarker: page?.NextKeyMarker, VersionIdMarker: page?.NextVersionIdMarker };
    page = await client.send(new ListObjectVersionsCommand({ Bucket: BUCKET, ...from }));
    keys.push(...[...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key = '' }) => Key));
  } while (page.IsTruncated);
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  return {
    versions: keys.filter((key) => key.startsWith(TARGET.prefix)).length,
    uploads: Uploads.length,
    neighboursLost: NEIGHBOURS.filter((key) => !keys.includes(key)).length,
  };
}
