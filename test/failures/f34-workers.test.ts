import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prefixOf } from '../../functions/deletion/data-map/data-map.ts';
import { PATIENT } from '../../functions/stores/request-limits.ts';
import { handBackSlowedDeletes } from '../../functions/stores/s3/client/slowed-deletes.ts';
import { createS3Objects } from '../../functions/stores/s3/objects.ts';
import { DELIVERIES } from '../../lib/constructs/functions/function-sizes.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { startS3 } from '../../local/s3/start.ts';
import { aVideoId } from '../support/a-tombstone.ts';

const BUCKET = 'videos';
const KEYS_EACH = 30_000;
/**
 * The rate that S3 accepts on a prefix that it has not split:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
 */
const S3_KEYS_A_SECOND = 3_500;

/** What a DeleteObjects takes in S3 itself, in milliseconds; the simulator would answer at once. */
const S3_LATENCY = 100;

let s3: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  s3 = await startS3({ buckets: [{ name: BUCKET }] });
});
afterAll(() => s3?.stop());

/** A worker as it is deployed: its own connections, its own pace, and nothing that it knows of the others. */
async function deleteAll(videoId: ReturnType<typeof aVideoId>): Promise<void> {
  const client = new S3Client({ ...clientSettings(s3.endpoint), ...PATIENT, forcePathStyle: true });
  handBackSlowedDeletes(client);
  const objects = createS3Objects(client, { bucket: BUCKET });
  try {
    const target = { videoId, prefix: prefixOf(videoId), strayKeys: [] };
    expect((await objects.deleteAll(target, async () => {})).objects).toBe(KEYS_EACH);
  } finally {
    client.destroy();
  }
}

test('F34 as many workers as are deployed, each at a huge video on one partition: they find their share', {
  timeout: 240_000,
}, async ({ annotate }) => {
  const videoIds = Array.from({ length: DELIVERIES.cleanup.maxConcurrency }, aVideoId);
  for (const id of videoIds)
    s3.fill(
      BUCKET,
      Array.from({ length: KEYS_EACH }, (_, n) => `${prefixOf(id)}720p/${n}.ts`),
    );
  s3.faults.throttleDeletes(S3_KEYS_A_SECOND);
  s3.faults.delay(S3_LATENCY, 'DeleteObjects');
  s3.requests.clear();
  const startedAt = performance.now();
  await Promise.all(videoIds.map(deleteAll));
  const seconds = (performance.now() - startedAt) / 1000;

  const sent = s3.requests.list('DeleteObjects');
  const slowedIn = (requests: typeof sent) => requests.filter(({ status }) => status === 503).length / requests.length;
  // How many are slowed depends on this machine's load, too: shared-pace.test.ts bounds it on a clock of its own.
  const later = sent.slice(sent.length / 2);
  const rate = Math.round((videoIds.length * KEYS_EACH) / seconds);
  const inPercent = (share: number) => `${(100 * share).toFixed(1)} %`;
  await annotate(
    `${videoIds.length} workers × ${KEYS_EACH} keys on one partition: ${rate} keys/s, ${inPercent(slowedIn(sent))} of ` +
      `${sent.length} deletes answered 503, ${inPercent(slowedIn(later))} once they had found their share`,
  );
  const check = new S3Client({ ...clientSettings(s3.endpoint), forcePathStyle: true });
  expect((await check.send(new ListObjectsV2Command({ Bucket: BUCKET }))).KeyCount).toBe(0);
  check.destroy();
});
