import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reasonOf } from '../../../../../functions/deletion/errors.ts';
import { PATIENT } from '../../../../../functions/stores/request-limits.ts';
import { handBackSlowedDeletes } from '../../../../../functions/stores/s3/client/slowed-deletes.ts';
import { clientSettings } from '../../../../../local/aws/client-settings.ts';
import { startS3 } from '../../../../../local/s3/start.ts';

const Bucket = 'videos';
let s3: Awaited<ReturnType<typeof startS3>>;
let client: S3Client;
beforeAll(async () => {
  s3 = await startS3({ buckets: [{ name: Bucket }] });
  client = new S3Client({ ...clientSettings(s3.endpoint), ...PATIENT, forcePathStyle: true });
  handBackSlowedDeletes(client);
});
afterAll(async () => {
  client.destroy();
  await s3.stop();
});

const deleteOne = () => client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }] } }));

it.each(['SlowDown', 'ServiceUnavailable'])(
  'a delete that is answered %s is sent once, and fails with that code',
  async (code) => {
    const lift = s3.faults.failRequests({ operation: 'DeleteObjects', code });
    s3.requests.clear();
    const error = await deleteOne().catch((failure: unknown) => failure);
    lift();
    expect([reasonOf(error), s3.requests.count('DeleteObjects')]).toEqual([code, 1]);
  },
);

it('whatever else fails is the SDK’s to try again', async () => {
  s3.faults.failRequests({ operation: 'DeleteObjects', code: 'InternalError', times: 1 });
  s3.faults.failRequests({ operation: 'ListObjectsV2', code: 'SlowDown', times: 1 });
  s3.requests.clear();
  await deleteOne();
  await client.send(new ListObjectsV2Command({ Bucket }));
  expect([s3.requests.count('DeleteObjects'), s3.requests.count('ListObjectsV2')]).toEqual([2, 2]);
});
