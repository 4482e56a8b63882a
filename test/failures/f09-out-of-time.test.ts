import { expect, test } from 'vitest';
import { MAX_ATTEMPTS } from '../../functions/deletion/rules.ts';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const HUGE = 600_000;
const LARGE = 14_000;
const WORKERS = 3;
/** What one worker has: the timeout of the function. */
const TIME_MILLISECONDS = 120_000;

const world = useWorld();
const { due, find, receipt, expectGone } = deletionsIn(world);

function fill({ videoId }: Video, count: number): void {
  const keys = function* () {
    for (let n = 0; n < count; n++) yield `videos/${videoId}/480p/${n}.ts`;
  };
  world.s3.fill(world.bucket, keys());
}

/** Each page of a listing takes so long on the clock. @returns a worker with the whole time of a function */
function slowPages(seconds: number) {
  let endsAt = 0;
  const timeLeft = () => endsAt - world.ports.clock().getTime();
  world.s3.faults.onRequest(({ operation, phase }) => {
    if (operation === 'ListObjectVersions' && phase === 'before') world.advance(seconds);
  });
  return async (video: Video) => {
    endsAt = world.ports.clock().getTime() + TIME_MILLISECONDS;
    await world.turn(timeLeft);
    return { ...(await find(video)), timeLeft: timeLeft() };
  };
}

const keysNamed = () => world.s3.requests.list('DeleteObjects').reduce((sum, { keys = 0 }) => sum + keys, 0);

test('F9 600,000 keys: each worker stops in time, hands on and spends no retry', async ({ annotate }) => {
  const video = await world.video();
  fill(video, HUGE);
  const message = await due(video);
  const work = slowPages(10);
  world.s3.requests.clear();
  for (let worker = 1; worker <= WORKERS; worker++) {
    const stopped = await work(video);
    expect(stopped).toMatchObject({ state: 'running', lease: undefined, attempts: 1, progressed: true });
    expect(stopped.steps.deleteObjects.state).toBe('waiting');
    expect(keysNamed(), 'ten pages each: the eleventh leaves too little time').toBe(worker * 10_000);
    expect(stopped.timeLeft).toBeGreaterThan(0);
    expect(world.queues.cleanup.messages(), 'the continuation').toEqual([message]);
  }
  expect(world.s3.requests.count('DeleteObjects')).toBe(WORKERS * 10);
  // To the end it would take sixty of them.
  for (const { receiptHandle } of world.queues.cleanup.receive()) world.queues.cleanup.delete(receiptHandle);
  await annotate(`600,000 keys: ${WORKERS} workers of 120 s stopped after 10,000 each and handed on, 0 retries spent`);
});

test('F9 more workers run out of time than there are retries, and the video is deleted', async ({ annotate }) => {
  const video = await world.video();
  fill(video, LARGE);
  await due(video);
  const work = slowPages(60);
  world.s3.requests.clear();
  let workers = 0;
  for (; keysNamed() < LARGE; workers++) {
    expect(workers, 'each makes progress').toBeLessThan(LARGE / 1_000 + 1);
    await work(video);
  }
  expect(workers).toBeGreaterThan(MAX_ATTEMPTS);
  world.s3.faults.clear();
  await world.settle();
  expect((await expectGone(video)).attempts).toBe(1);
  expect((await receipt(video)).counts.deleteObjects).toMatchObject({ objects: LARGE + 6, versions: 2 });
  await annotate(`${workers} workers in a row ran out of time: 1 attempt spent, 0 of ${LARGE} keys left`);
});
