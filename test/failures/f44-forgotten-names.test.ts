import { expect, test } from 'vitest';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find } = deletionsIn(world);

/** Which of a video's names are known to Step Functions, and which of those runs are found and stopped. */
const CASES: [string, number[], number[]][] = [
  ['the first name is forgotten', [1], [1]],
  ['two names are forgotten', [2], [2]],
  ['three names are forgotten', [3], [3]],
  ['names are forgotten between others', [0, 3, 7], [0, 3, 7]],
  ['more names are missing than are forgotten', [0, 5], [0]],
];

test.for(CASES)('F44 %s', async ([, known, expected]) => {
  const video = await world.video();
  await world.db.deleteFrom('processing_runs').where('video_id', '=', video.videoId).execute();
  const nameOf = (n: number) => (n === 0 ? `video-${video.videoId}` : `video-${video.videoId}-${n}`);
  const running = new Set(known.map(nameOf));
  world.ports.runs = {
    named: (name) => name,
    state: async (run) => (running.has(run) ? 'running' : 'unknown'),
    stop: async (run) => (running.delete(run) ? 'stopped' : 'unknown'),
  };
  await due(video);
  await world.turn();
  expect((await find(video)).steps.cancelRuns).toMatchObject({ state: 'done', counts: { stopped: expected.length } });
  expect([...running]).toEqual(known.filter((n) => !expected.includes(n)).map(nameOf));
});
