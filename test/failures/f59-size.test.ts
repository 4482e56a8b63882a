import { expect, test } from 'vitest';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find, expectGone } = deletionsIn(world);

/** DynamoDB refuses an item above 400 KB; far below that, each write would still cost as many units as it has KB. */
const MOST_BYTES = 100_000;
const MANY = 10_000;

const sizeOf = async (video: Video) => Buffer.byteLength(JSON.stringify(await find(video)));

/** A video with so many registered runs, and those that were stopped. */
async function videoWithRuns(count: number) {
  const video = await world.video();
  await world.db.deleteFrom('processing_runs').where('video_id', '=', video.videoId).execute();
  const arnOf = (n: number) =>
    `arn:aws:states:eu-central-1:111122223333:execution:process-videos:${video.videoId}-${n}`;
  const add = async (from: number, to: number) => {
    const rows = Array.from({ length: to - from }, (_, n) => ({
      video_id: video.videoId,
      execution_arn: arnOf(from + n),
    }));
    for (let at = 0; at < rows.length; at += 1_000)
      await world.db
        .insertInto('processing_runs')
        .values(rows.slice(at, at + 1_000))
        .execute();
  };
  await add(0, count);
  const stopped = new Set<string>();
  world.ports.runs = {
    named: (name) => name,
    state: async (run) => (stopped.has(run) || !run.startsWith('arn:') ? 'unknown' : 'running'),
    stop: async (run) => {
      if (stopped.has(run)) return 'ended';
      stopped.add(run);
      return 'stopped';
    },
  };
  return { video, add, stopped };
}

test('F59 a video with 10,000 registered runs: every one is stopped, and the tombstone stays small', async () => {
  const { video, stopped } = await videoWithRuns(MANY);
  await due(video);
  expect(await sizeOf(video)).toBeLessThan(MOST_BYTES);
  await world.turn();
  expect(await sizeOf(video)).toBeLessThan(MOST_BYTES);
  await world.settle();
  await expectGone(video);
  expect(stopped.size).toBe(MANY);
});

test('F59 a run that is registered when the others were stopped is stopped, too', async () => {
  const { video, add, stopped } = await videoWithRuns(300);
  const { rows } = world.whole;
  let isFirst = true;
  world.ports.rows = {
    ...rows,
    async deleteBatch(...args) {
      if (isFirst) await add(300, 301);
      isFirst = false;
      return await rows.deleteBatch(...args);
    },
  };
  await due(video);
  await world.settle();
  await expectGone(video);
  expect(stopped.size).toBe(301);
});

test('F59 names that can be read in many ways, and runs with long names', async () => {
  const video = await world.video();
  const name = `uploads/2026/${video.videoId}/${'é+%41#?'.repeat(90)}`;
  const urls = { url_hls: `${name}.m3u8`, url_mp4: `${name}.mp4`, thumbnail: `${name}.jpg` };
  await world.db.updateTable('videos').set(urls).where('id', '=', video.videoId).execute();
  const runs = Array.from({ length: 99 }, (_, n) => ({
    video_id: video.videoId,
    execution_arn: `arn:aws:states:eu-central-1:111122223333:execution:process-videos:${'x'.repeat(3_900)}-${n}`,
  }));
  await world.db.insertInto('processing_runs').values(runs).execute();
  await due(video);
  expect(await sizeOf(video)).toBeLessThan(MOST_BYTES);
  await world.turn();
  expect(await sizeOf(video)).toBeLessThan(MOST_BYTES);
});
