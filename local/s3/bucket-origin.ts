import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import type { Origin } from '../edge/edge-cache.ts';

/** A private bucket as the origin of the edge: every request is signed, as by an origin access control. */
export function bucketOrigin(client: S3Client, bucket: string): Origin {
  return async (path) => {
    try {
      const { pathname } = new URL(path, 'http://edge');
      const Key = decodeURIComponent(pathname.slice(1));
      const { Body, ContentType } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const body = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return { status: 200, headers: { 'content-type': ContentType ?? 'application/octet-stream' }, body };
    } catch (error) {
      if (!(error instanceof NoSuchKey || error instanceof URIError)) throw error;
      return { status: 404, headers: { 'content-type': 'text/plain' }, body: Buffer.from('Not found') };
    }
  };
}
