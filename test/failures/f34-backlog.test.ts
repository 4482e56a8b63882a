import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanupHandler } from '../../functions/cleanup.ts';
import { prefixOf } from '../../functions/deletion/data-map/data-map.ts';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import { PATIENT } from '../../functions/stores/request-limits.ts';
import { createS3Objects } from '../../functions/stores/s3/objects.ts';
import { DELIVERIES } from '../../lib/constructs/functions/function-sizes.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { type QueueHandler, startQueuePoller } from '../../local/sqs/queue-poller.ts';
import { type LocalSqs, startSqs } from '../../local/sqs/sqs.ts';
import { aTombstone } from '../support/a-tombstone.ts';
import { useWorld } from '../support/use-world.ts';

const QUEUED = 10_000;
/** So many are worked off while we look; the rest waits, as a backlog does. */
const WORKED_OFF = 150;
/** A clip of half a minute in three renditions. */
const KEYS_EACH = 40;
/**
 * The rate that S3 accepts on a prefix that it has not split:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
 */
const S3_KEYS_A_SECOND = 3_500;
/** What a DeleteObjects of so many keys takes in S3 itself, in milliseconds; the simulator would answer at once. */
const S3_LATENCY = 100;

const world = useWorld();
let sqs: LocalSqs;
let client: SQSClient;
beforeAll(async () => {
  sqs = await startSqs();
  client = new SQSClient(clientSettings(sqs.endpoint));
});
afterAll(async () => {
  client?.destroy();
  await sqs?.stop();
});

/** Deletions that are all due, with a row each; the first of them, which come first, with their objects too. */
async function queueDeletions(ownerId: string): Promise<VideoId[]> {
  const { rows } = await sql<{ id: string }>`insert into videos (user_id, title, status)
    select ${ownerId}, 'A clip', 'ready' from generate_series(1, ${sql.lit(QUEUED)}) returning id`.execute(world.db);
  const videoIds = rows.map(({ id }) => parseVideoId(id));
  const bodies: string[] = [];
  for (const videoId of videoIds) {
    const tombstone = aTombstone({ videoId, ownerId, hidden: true });
    await world.ports.tombstones.write(undefined, tombstone);
    bodies.push(JSON.stringify({ videoId, deletionId: tombstone.deletionId }));
  }
  const withObjects = videoIds.slice(0, 2 * WORKED_OFF);
  const keys = withObjects.flatMap((id) => Array.from({ length: KEYS_EACH }, (_, n) => `${prefixOf(id)}${n}.ts`));
  world.s3.fill(world.bucket, keys);
  for (let from = 0; from < bodies.length; from += 10) {
    const Entries = bodies.slice(from, from + 10).map((MessageBody, index) => ({ Id: `${index}`, MessageBody }));
    await client.send(new SendMessageBatchCommand({ QueueUrl: sqs.queues.cleanup, Entries }));
  }
  return videoIds;
}

/** The workers as they are deployed: as many, with as much each. `besides` is done while each of them works. */
async function workOff(count: number, besides: () => Promise<void>) {
  const bucket = new S3Client({ ...clientSettings(world.s3.endpoint), ...PATIENT, forcePathStyle: true });
  world.ports.objects = createS3Objects(bucket, { bucket: world.bucket });
  const work = cleanupHandler(() => world.ports);
  let [done, active, most] = [0, 0, 0];
  const enough = Promise.withResolvers<void>();
  const handler: QueueHandler = async (event, context) => {
    active += 1;
    most = Math.max(most, active);
    const [answer] = await Promise.all([work(event, context), besides()]).finally(() => (active -= 1));
    done += event.Records.length - answer.batchItemFailures.length;
    if (done >= count) enough.resolve();
    return answer;
  };
  const { batchSize, maxConcurrency: concurrency } = DELIVERIES.cleanup;
  const queue = { client, queueUrl: sqs.queues.cleanup, name: 'cleanup', log: world.ports.log, timeoutSeconds: 300 };
  const poller = startQueuePoller({ ...queue, handler, batchSize, concurrency });
  await enough.promise;
  await poller.stop();
  bucket.destroy();
  return { done, most };
}

/** Somebody watches another video, and the view is counted. */
async function visit(videoId: VideoId): Promise<void> {
  const Key = `${prefixOf(videoId)}playlist.m3u8`;
  const { Body } = await world.objects.send(new GetObjectCommand({ Bucket: world.bucket, Key }));
  await Body?.transformToByteArray();
  await world.db.insertInto('views').values({ video_id: videoId }).execute();
}

test('F34 ten thousand deletions queued: few at a time, S3 slows none of them down, and visitors are served', {
  timeout: 240_000,
}, async ({ annotate }) => {
  const other = await world.video();
  const videoIds = await queueDeletions(await world.user());
  world.s3.faults.throttleDeletes(S3_KEYS_A_SECOND);
  world.s3.faults.delay(S3_LATENCY, 'DeleteObjects');
  world.s3.requests.clear();
  world.advance(3600);
  const startedAt = performance.now();
  const { done, most } = await workOff(WORKED_OFF, () => visit(other.videoId));
  const seconds = (performance.now() - startedAt) / 1000;

  expect(most).toBe(DELIVERIES.cleanup.maxConcurrency);
  const all = world.s3.requests.list();
  const slowed = all.filter(({ status }) => status === 503).length;
  expect(slowed / all.length).toBeLessThan(0.02);
  expect((await world.left(other.videoId, other.ownerId)).views).toBe(3 + done);
  const states = await Promise.all(videoIds.map(async (id) => (await world.ports.tombstones.find(id))?.state));
  expect(states.filter((state) => state === 'settling')).toHaveLength(done);
  expect(states.filter((state) => state === 'pending')).toHaveLength(QUEUED - done);
  for (const [index, state] of states.entries()) {
    if (state === 'settling') expect(await world.inBucket(prefixOf(videoIds[index] as VideoId))).toEqual([]);
  }
  const rate = Math.round((done * KEYS_EACH) / seconds);
  await annotate(
    `${QUEUED} queued, ${done} of ${KEYS_EACH} keys each worked off: ${most} at a time at the most, about ${rate} keys/s, ` +
      `${slowed} of ${all.length} requests answered 503; meanwhile ${done} visits to another video, none refused`,
  );
});
