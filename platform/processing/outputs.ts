import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { contentTypeOf, localPathOf } from '../video-files.ts';
import type { ProcessingTools } from './tasks.ts';

type Write = ProcessingTools['write'];

/** Writes files to a bucket. */
export function bucketOutput(client: S3Client, bucket: string): Write {
  return async (key, body) => {
    const object = { Bucket: bucket, Key: key, Body: body, ContentType: contentTypeOf(key) };
    await client.send(new PutObjectCommand(object));
  };
}

/** Writes files below the uploads folder, in the local layout. */
export function fileOutput(uploadsDirectory: string): Write {
  return async (key, body) => {
    const file = join(uploadsDirectory, localPathOf(key));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, body);
  };
}
