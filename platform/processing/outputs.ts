import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ProcessingTools } from './tasks.ts';

type Write = ProcessingTools['write'];

const CONTENT_TYPES: Record<string, string> = {
  m3u8: 'application/vnd.apple.mpegurl',
  ts: 'video/mp2t',
  jpg: 'image/jpeg',
};

/** The content type of a processed file, by the end of its name. */
export function contentTypeOf(key: string): string {
  return CONTENT_TYPES[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

/** Writes processed files to a bucket. */
export function bucketOutput(client: S3Client, bucket: string): Write {
  return async (key, body) => {
    const object = { Bucket: bucket, Key: key, Body: body, ContentType: contentTypeOf(key) };
    await client.send(new PutObjectCommand(object));
  };
}

/** Writes processed files below the uploads folder, in the layout that `processedFileOf` describes. */
export function fileOutput(uploadsDirectory: string): Write {
  return async (key, body) => {
    const file = join(uploadsDirectory, processedFileOf(key));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, body);
  };
}

/** Where the local layout keeps what the bucket has under `videos/<id>/…`: `processed/<id>/…`, below the uploads folder. */
export function processedFileOf(key: string): string {
  return key.replace(/^videos\//, 'processed/');
}
