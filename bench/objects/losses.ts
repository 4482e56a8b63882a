import { CreateMultipartUploadCommand, DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { S3Simulator } from '../../local/s3/start.ts';
import { BUCKET, hlsKeys, NEIGHBOURS } from './video.ts';

/** What goes wrong while a video is deleted, and its name. */
export const LOSSES = {
  'key errors': 'one key in 100 fails inside a 200, once',
  'key slow-downs': 'one key in 10 is slowed down inside a 200, twice',
  'error document': 'the first answer is a 200 whose body is an <Error> document',
  versions: 'every tenth key was overwritten, another tenth deleted, and there are 20 open uploads',
  neighbours: 'names that only begin like the prefix',
} as const;
export type Loss = keyof typeof LOSSES;

/** How many keys the video has when something goes wrong. */
export const KEYS_AT_A_LOSS = 3_000;
const UPLOADS = 20;

/** Creates the neighbours, and makes happen what this loss describes. */
export async function prepareLoss({ faults, fill }: S3Simulator, client: S3Client, loss: Loss): Promise<void> {
  fill(BUCKET, NEIGHBOURS);
  if (loss === 'key errors') faults.failKeys({ key: /00\.ts$/, code: 'InternalError', times: 1 });
  if (loss === 'key slow-downs') faults.failKeys({ key: /0\.ts$/, code: 'SlowDown', times: 2 });
  if (loss === 'error document') {
    faults.answerErrorDocuments({ operation: 'DeleteObjects', code: 'InternalError', times: 1 });
  }
  if (loss !== 'versions') return;
  const keys = [...hlsKeys(KEYS_AT_A_LOSS)];
  fill(
    BUCKET,
    keys.filter((key) => key.endsWith('0.ts')),
  );
  for (const Key of keys.filter((key) => key.endsWith('1.ts'))) {
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
  }
  for (const Key of keys.slice(-UPLOADS)) await client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
}
