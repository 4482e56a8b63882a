import { PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import { type S3Settings, type S3Simulator, startS3 } from '../../../local/s3/start.ts';

export const clientOf = (endpoint: string, config: S3ClientConfig = {}): S3Client =>
  new S3Client({
    endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    ...config,
  });

/** A simulator with the bucket `media`, and the real SDK client that talks to it; both end with the test. */
export async function openMedia(
  settings: Partial<S3Settings['buckets'][number]> & Pick<S3Settings, 'folder' | 'clock'> = {},
  config: S3ClientConfig = {},
): Promise<{ s3: S3Simulator; client: S3Client; put: (key: string, body?: string) => Promise<string | undefined> }> {
  const { folder, clock, ...bucket } = settings;
  const s3 = await startS3({
    ...(folder && { folder }),
    ...(clock && { clock }),
    buckets: [{ name: 'media', ...bucket }],
  });
  const client = clientOf(s3.endpoint, config);
  onTestFinished(async () => {
    client.destroy();
    await s3.stop();
  });
  const put = async (key: string, body = 'x') =>
    (await client.send(new PutObjectCommand({ Bucket: 'media', Key: key, Body: body }))).VersionId;
  return { s3, client, put };
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/**
 * Frozen, because the SDK's paginators write their token into the input, and a later test would start in the middle.
 */
export const media = Object.freeze({ Bucket: 'media' });
