import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createStepFunctionsRuns } from '../../functions/stores/step-functions/step-functions-runs.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { listenOnLoopback } from '../../local/loopback.ts';
import { type LocalStepFunctions, startStepFunctions } from '../../local/step-functions/step-functions.ts';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find, receipt, expectGone } = deletionsIn(world);

/**
 * Step Functions behind a proxy that can refuse every call. A run with `wait` goes on for a long time; any other ends
 * at once.
 */
let machine: LocalStepFunctions;
let door: Awaited<ReturnType<typeof listenOnLoopback>>;
let client: SFNClient;
let refusal: { code: string; status: number } | undefined;
beforeAll(async () => {
  const isLong = { Variable: '$.wait', IsPresent: true, Next: 'Wait' };
  const States = {
    Choose: { Type: 'Choice', Choices: [isLong], Default: 'End' },
    Wait: { Type: 'Wait', Seconds: 600, End: true },
    End: { Type: 'Pass', End: true },
  };
  machine = await startStepFunctions({ definition: { StartAt: 'Choose', States }, stateMachineName: 'm', tasks: {} });
  door = await listenOnLoopback(async ({ method, headers, body }) => {
    if (refusal) return { status: refusal.status, headers: {}, body: JSON.stringify({ __type: refusal.code }) };
    const passed = { 'x-amz-target': `${headers['x-amz-target']}`, 'content-type': 'application/x-amz-json-1.0' };
    const answer = await fetch(machine.endpoint, { method, headers: passed, body: body.toString() });
    return { status: answer.status, headers: {}, body: await answer.text() };
  });
  client = new SFNClient({ ...clientSettings(door.url), disableHostPrefix: true, maxAttempts: 1 });
});
beforeEach(() => {
  refusal = undefined;
  world.ports.runs = createStepFunctionsRuns(client, machine);
});
afterAll(async () => {
  client.destroy();
  await Promise.all([door.close(), machine.stop()]);
});

async function startRun(name: string, input: object): Promise<string> {
  const { stateMachineArn } = machine;
  const start = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
  return (await client.send(start)).executionArn ?? '';
}

/** A video with exactly these runs. */
async function videoWith(runsOf: (video: Video) => Promise<string[]>): Promise<{ video: Video; runs: string[] }> {
  const video = await world.video();
  await world.db.deleteFrom('processing_runs').where('video_id', '=', video.videoId).execute();
  const runs = await runsOf(video);
  const rows = runs.map((execution_arn) => ({ video_id: video.videoId, execution_arn }));
  await world.db.insertInto('processing_runs').values(rows).execute();
  return { video, runs };
}

const statusOf = (arn: string) => machine.startedRuns().find((run) => run.arn === arn)?.status;

test('F12 runs that go on, have ended, never were or are Express, on one video', async ({ annotate }) => {
  const { video, runs } = await videoWith(async ({ videoId }) => {
    const running = await startRun(`video-${videoId}`, { wait: true });
    const ended = await startRun(`video-${videoId}-1`, {});
    const express = running.replace(':execution:', ':express:');
    return [running, ended, running.replace(videoId, 'never'), `${express}:1c2d`];
  });
  const [running = '', ended = ''] = runs;
  await expect.poll(() => statusOf(ended)).toBe('SUCCEEDED');
  await due(video);
  await world.settle();
  const { steps } = await expectGone(video);
  expect(statusOf(running)).toBe('ABORTED');
  expect(steps.cancelRuns.state).toBe('done');
  expect((await receipt(video)).counts.cancelRuns).toMatchObject({ stopped: 1, ended: 1, unknown: 2 });
  await annotate('1 stopped, 1 ended, 1 that never was, 1 Express: each is in the receipt');
});

const REFUSALS = [
  { code: 'ThrottlingException', status: 400 },
  { code: 'AccessDeniedException', status: 400 },
  { code: 'InvalidArn', status: 400 },
  { code: 'ValidationException', status: 400 },
  { code: 'InternalFailure', status: 500 },
  { code: 'ServiceUnavailable', status: 503 },
];

test.for(REFUSALS)(
  'F12 $code: the run may go on, so the video is not called deleted',
  async (refused, { annotate }) => {
    const { video, runs } = await videoWith(async ({ videoId }) => [
      await startRun(`video-${videoId}`, { wait: true }),
    ]);
    await due(video);
    refusal = refused;
    await world.turn();
    const halfway = await find(video);
    expect(halfway).toMatchObject({ state: 'running', receipts: [], steps: { cancelRuns: { state: 'failed' } } });
    expect(halfway.steps.deleteObjects.state, 'done, and to be done again').toBe('provisional');
    expect(halfway.steps.deleteRows.state).toBe('done');
    refusal = undefined;
    await world.settle();
    await expectGone(video);
    expect(runs.map(statusOf)).toEqual(['ABORTED']);
    expect((await receipt(video)).counts.cancelRuns).toEqual({ stopped: 1 });
    await annotate('a refusal of the API: retried until the run is stopped');
  },
);

test('F12 where nothing processes videos, the step is skipped, and the receipt says so', async ({ annotate }) => {
  const video = await world.video();
  delete world.ports.runs;
  await due(video);
  await world.settle();
  expect((await expectGone(video)).steps.cancelRuns).toMatchObject({ state: 'skipped', counts: {} });
  expect((await receipt(video)).notPartOf).toEqual(['cancelRuns']);
  await annotate('no state machine: skipped, and the receipt says so');
});
