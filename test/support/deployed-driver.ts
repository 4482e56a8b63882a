import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { cacheKeysOf, feedPagesKeyOf } from '../../functions/deletion/data-map/data-map.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import type { FunctionName } from '../../lib/constructs/functions/function-sizes.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { startProcessingRun } from '../../platform/processing/start-run.ts';
import { type Username, userIdOf } from '../../platform/seed/accounts.ts';
import { readyVideosOf } from './api-client.ts';
import { apiEvent } from './api-event.ts';
import type { Deployed } from './deployed.ts';
import { storedNames } from './left-in.ts';
import { sqsEvent } from './sqs-event.ts';

/** Whose videos are deleted. */
export const OWNER = 'ana';
export const AN_HOUR = 3_600_000;

type ApiResult = { statusCode: number; body: string };
type BatchResult = { batchItemFailures: { itemIdentifier: string }[] };
type Asked = { videoId?: string; as?: Username; body?: unknown };

/** How a test sends events to the functions, and looks at what they have done, past them. */
export function driverOf({ invoke, db, ports, parts, settings }: Deployed) {
  const videos = readyVideosOf(OWNER).map(parseVideoId);
  /** A sample video that no other test has touched. */
  const anotherVideo = (): VideoId => {
    const videoId = videos.shift();
    if (!videoId) throw new Error(`${OWNER} has no more videos`);
    return videoId;
  };
  const tombstoneOf = async ({ videoId }: Pick<Tombstone, 'videoId'>) => await ports.tombstones.find(videoId);
  const rowOf = (videoId: string) =>
    db.selectFrom('videos').select('deleted_at').where('id', '=', videoId).executeTakeFirst();
  return {
    anotherVideo,
    tombstoneOf,
    rowOf,
    async call(name: FunctionName, routeKey: string, asked: Asked = {}) {
      // As Cognito does in `dev`.
      const event = apiEvent(routeKey, { ...asked, claim: 'username' });
      const { statusCode: status, body } = await invoke<ApiResult>(name, event);
      const isJson = body.startsWith('{');
      return { status, text: body, body: (isJson ? JSON.parse(body) : {}) as Record<string, unknown> };
    },
    /** A message of a queue that names the deletion. */
    deliver: (name: FunctionName, { videoId, deletionId }: Tombstone) =>
      invoke<BatchResult>(name, sqsEvent(JSON.stringify({ videoId, deletionId }))),
    /** A deletion as `request-deletion` leaves it, `age` milliseconds ago; `faulty` takes the place of ports. */
    async aDeletion({ age = 0, ...faulty }: { age?: number } & Partial<Deployed['ports']> = {}): Promise<Tombstone> {
      const then = { ...ports, ...faulty, clock: () => new Date(Date.now() - age) };
      const asked = { videoId: anotherVideo(), callerId: userIdOf(OWNER) };
      return (await requestDeletion(then, asked)).deletion;
    },
    /** As if the settle delay were over. */
    async letSettle(deletion: Tombstone): Promise<void> {
      const found = await tombstoneOf(deletion);
      const dueAt = new Date(Date.now() - AN_HOUR).toISOString();
      if (!found || !(await ports.tombstones.write(found, { ...found, dueAt }))) throw new Error('Somebody was faster');
    },
    /** Processing that writes nothing before the test is over, so that nothing comes after it was stopped. */
    async startRun(videoId: VideoId): Promise<void> {
      const { endpoint = '', stateMachineArn = '' } = parts.processing ?? {};
      const client = new SFNClient({ ...clientSettings(endpoint), disableHostPrefix: true });
      await startProcessingRun({ client, stateMachineArn, db }, { videoId });
    },
    /** An upload that nobody completes. */
    async beginUpload(videoId: VideoId): Promise<void> {
      const client = new S3Client({ ...clientSettings(settings.STORAGE_ENDPOINT ?? ''), forcePathStyle: true });
      const Key = `videos/${videoId}/1080p/part.ts`;
      await client.send(new CreateMultipartUploadCommand({ Bucket: settings.VIDEO_BUCKET, Key }));
    },
    /** What storage, database and cache hold of a video. */
    async left(videoId: VideoId) {
      const stored = await storedNames({ settings });
      return {
        objects: stored.filter((name) => name.includes(videoId)).length,
        row: await rowOf(videoId),
        cached: await ports.cache?.look(cacheKeysOf(videoId), feedPagesKeyOf(videoId)),
      };
    },
  };
}
