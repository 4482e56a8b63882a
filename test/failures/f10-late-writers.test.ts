import { once } from 'node:events';
import { request as openRequest } from 'node:http';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStepFunctionsRuns } from '../../functions/stores/step-functions/step-functions-runs.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { startProcessing } from '../../local/step-functions/processing.ts';
import type { LocalStepFunctions } from '../../local/step-functions/step-functions.ts';
import { startProcessingRun } from '../../platform/processing/start-run.ts';
import { createBarrier } from '../support/barrier.ts';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find, receipt, settling, expectGone } = deletionsIn(world);

/** The sample platform's transcoder, each call of which writes a whole rendition however often its run is stopped. */
const waiting = createBarrier();
const written = { objects: 0, bytes: 0 };
let processing: LocalStepFunctions;
let client: SFNClient;
beforeAll(async () => {
  const write = async (key: string, body: string | Uint8Array) => {
    const text = Buffer.from(body).toString('base64');
    await world.put(key, text);
    written.objects += 1;
    written.bytes += text.length;
  };
  processing = await startProcessing({ write, wait: waiting.pass, segmentMilliseconds: 0, ignoreStop: true });
  client = new SFNClient({ ...clientSettings(processing.endpoint), disableHostPrefix: true });
});
afterAll(async () => {
  client.destroy();
  await processing.stop();
});

test('F10 what a transcoder writes after the sweep, again and again, is removed and counted', async ({ annotate }) => {
  const video = await settling();
  const WRITES = 3;
  const body = 'late segment';
  for (let late = 1; late <= WRITES; late++) {
    const key = `videos/${video.videoId}/720p/late_${late}.ts`;
    await world.put(key, body);
    await world.viewers.view(`/${key}`);
    world.advance(world.ports.rules.settleSeconds);
    await world.turn();
    expect(await find(video)).toMatchObject({ state: 'settling', late: { objects: late, bytes: late * body.length } });
    expect(await world.inBucket(`videos/${video.videoId}/`)).toEqual([]);
  }
  const last = world.ports.clock().getTime();
  await world.settle();
  await expectGone(video);
  const { late, deletedAt } = await receipt(video);
  expect(late).toMatchObject({ objects: WRITES, bytes: WRITES * body.length });
  const quiet = (Date.parse(deletedAt) - last) / 1000;
  expect(quiet, 'a whole settle delay without a writer').toBeGreaterThanOrEqual(world.ports.rules.settleSeconds);
  await annotate(
    `${WRITES} writes after the sweep: ${late.objects} objects and ${late.bytes} bytes counted as late, 0 left`,
  );
});

test('F11 a task that ignores the stop of its run', async ({ annotate }) => {
  const video = await world.video();
  await world.db.deleteFrom('processing_runs').where('video_id', '=', video.videoId).execute();
  const { stateMachineArn } = processing;
  world.ports.runs = createStepFunctionsRuns(client, { stateMachineArn });
  const run = await startProcessingRun(
    { client, stateMachineArn, db: world.db },
    { videoId: video.videoId, segments: 2 },
  );
  await waiting.arrived(1);
  const before = { ...written };
  await due(video);
  await world.turn();
  expect(await find(video)).toMatchObject({ state: 'settling', target: { runs: [run] } });
  expect(processing.startedRuns()).toMatchObject([{ arn: run, status: 'ABORTED' }]);

  waiting.open();
  await processing.idle();
  const late = { objects: written.objects - before.objects, bytes: written.bytes - before.bytes };
  expect(await world.inBucket(`videos/${video.videoId}/`)).toHaveLength(late.objects);
  expect(late.objects).toBeGreaterThan(1);
  await world.settle();
  await expectGone(video);
  expect(await receipt(video)).toMatchObject({ late, counts: { cancelRuns: { stopped: 1 } } });
  await annotate(
    `stopped, yet ${late.objects} objects (${late.bytes} bytes) written: removed, the run is in the receipt`,
  );
});

/** A PUT to a presigned URL of which half the body is sent. @returns the other half */
async function beginUpload(key: string, body: string): Promise<() => Promise<number | undefined>> {
  const url = `${world.s3.endpoint}/${world.bucket}/${key}?X-Amz-Signature=0&X-Amz-Expires=3600`;
  const upload = openRequest(url, { method: 'PUT', headers: { 'content-length': body.length } });
  const half = body.length / 2;
  await new Promise((sent) => upload.write(body.slice(0, half), sent));
  return async () => {
    upload.end(body.slice(half));
    const [answer] = await once(upload, 'response');
    answer.resume();
    return answer.statusCode;
  };
}

test('F13 presigned uploads begun before the deletion and finished after its sweep', async ({ annotate }) => {
  const video = await world.video();
  const body = 'x'.repeat(100_000);
  const keys = [`videos/${video.videoId}/720p/slow.ts`, `uploads/${video.videoId}.mp4`];
  const finish = await Promise.all(keys.map((key) => beginUpload(key, body)));
  await due(video);
  await world.turn();
  expect(await find(video)).toMatchObject({ state: 'settling', late: {} });
  expect(await Promise.all(finish.map((end) => end()))).toEqual([200, 200]);
  expect(await Promise.all(keys.map((key) => world.inBucket(key)))).toEqual(keys.map((key) => [key]));
  await world.settle();
  await expectGone(video);
  const { late } = await receipt(video);
  expect(late).toMatchObject({ objects: 2, bytes: 2 * body.length });
  await annotate(`2 slow PUTs across the deletion: ${late.bytes} late bytes removed, 0 left`);
});

test('F11 a run that nobody registered, begun while the deletion settles: found by its name, and stopped', async ({
  annotate,
}) => {
  const video = await world.video();
  await world.db.deleteFrom('processing_runs').where('video_id', '=', video.videoId).execute();
  await due(video);
  await world.turn();
  expect(await find(video)).toMatchObject({ state: 'settling', target: { runs: [video.run] } });
  const late = await world.startRun(`video-${video.videoId}-1`);
  await world.settle();
  await expectGone(video);
  expect([world.isRunning(video.run), world.isRunning(late)]).toEqual([false, false]);
  expect((await receipt(video)).counts.cancelRuns).toMatchObject({ stopped: 2 });
  await annotate('a second run of its name, begun after the sweep: stopped, and counted in the receipt');
});
