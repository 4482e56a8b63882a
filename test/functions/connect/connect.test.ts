import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connectObjects } from '../../../functions/connect/connect.ts';
import { parseVideoId } from '../../../functions/deletion/video-id.ts';
import { readSettings } from '../../../functions/settings/settings.ts';
import { type S3Simulator, startS3 } from '../../../local/s3/start.ts';

const VIDEO = parseVideoId('01a20ae2-156a-77d2-9c97-b5aeb32ff243');
const PREFIX = `videos/${VIDEO}/`;
/** Two batches. */
const KEYS = Array.from({ length: 1_500 }, (_, at) => `${PREFIX}segment-${at}.ts`);

let s3: S3Simulator;
beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv('AWS_REGION', 'us-east-1');
  s3 = await startS3({ buckets: [{ name: 'media' }] });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await s3.stop();
});

it('a worker deletes no more keys a second than it is told, so that a store that takes no more is never met', async () => {
  const environment = { VIDEO_STORAGE: 's3', VIDEO_BUCKET: 'media', STORAGE_ENDPOINT: s3.endpoint };
  const settings = readSettings({ ...environment, STORAGE_KEYS_PER_SECOND: '500' }, ['places', 'storage']);
  s3.fill('media', KEYS);
  // Twice what we send, so that a busy machine makes no difference; two batches at once are still too much.
  s3.faults.throttleDeletes(900);
  const { objects } = connectObjects(settings);
  const removed = await objects.deleteAll({ videoId: VIDEO, prefix: PREFIX, strayKeys: [] }, async () => {});
  expect(removed).toMatchObject({ objects: KEYS.length });
  expect(s3.requests.list('DeleteObjects').map(({ status }) => status)).toEqual([200, 200]);
});
