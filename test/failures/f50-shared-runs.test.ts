import { expect, test } from 'vitest';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find } = deletionsIn(world);

const register = (videoId: VideoId, run: string) =>
  world.db.insertInto('processing_runs').values({ video_id: videoId, execution_arn: run }).execute();
const stateOf = (run: string) => world.ports.runs?.state(run);
const exceptionsIn = async (video: Parameters<typeof find>[0]) => {
  const { state, receipts } = await find(video);
  expect(state).toBe('deleted');
  return JSON.parse(receipts[0] ?? '').exceptions;
};

test('F50 a run that is registered for another video, too, goes on', async ({ annotate }) => {
  const [a, b] = [await world.video(), await world.video()];
  const batch = await world.startRun(`batch-${a.videoId.slice(-8)}`);
  for (const { videoId } of [a, b]) await register(videoId, batch);
  await due(a);
  await world.settle();
  expect(await exceptionsIn(a)).toMatchObject({ sharedRuns: 1 });
  expect([await stateOf(batch), await stateOf(b.run), await stateOf(a.run)]).toEqual(['running', 'running', 'ended']);
  expect(await world.left(a.videoId, a.ownerId)).toEqual({});
  await due(b);
  await world.settle();
  expect(await exceptionsIn(b)).not.toHaveProperty('sharedRuns');
  expect(await stateOf(batch)).toBe('ended');
  await annotate("A: its own run stopped, the shared one runs, sharedRuns: 1; B's deletion stops it");
});

test("F50 a run that has another video's name goes on", async ({ annotate }) => {
  const [a, b] = [await world.video(), await world.video()];
  await world.db.deleteFrom('processing_runs').where('video_id', '=', b.videoId).execute();
  await register(a.videoId, b.run);
  await due(a);
  await world.settle();
  expect(await exceptionsIn(a)).toMatchObject({ sharedRuns: 1 });
  expect([await stateOf(b.run), await stateOf(a.run)]).toEqual(['running', 'ended']);
  await annotate('left alone and counted');
});

test('F50 a run that has this video’s own name is its own, whoever else has registered it', async ({ annotate }) => {
  const [a, b] = [await world.video(), await world.video()];
  await register(b.videoId, a.run);
  await due(a);
  await world.settle();
  expect(await exceptionsIn(a)).not.toHaveProperty('sharedRuns');
  expect([await stateOf(a.run), await stateOf(b.run)]).toEqual(['ended', 'running']);
  await annotate('stopped, so nothing writes after the receipt; the run of the other goes on');
});

test('F50 two deletions at once stop what they share', async ({ annotate }) => {
  const [a, b] = [await world.video(), await world.video()];
  const batch = await world.startRun(`batch-${b.videoId.slice(-8)}`);
  for (const { videoId } of [a, b]) await register(videoId, batch);
  await Promise.all([due(a), due(b)]);
  await world.settle();
  for (const video of [a, b]) expect((await find(video)).state).toBe('deleted');
  expect(await stateOf(batch)).toBe('ended');
  await annotate('both deleted, the run has ended');
});

test('F50 while the database does not answer, only runs with the video’s own name are stopped', async ({
  annotate,
}) => {
  const [a, b] = [await world.video(), await world.video()];
  await register(a.videoId, b.run);
  await requestDeletion(world.ports, { callerId: a.ownerId, videoId: a.videoId });
  world.advance(20);
  const down = () => Promise.reject(Object.assign(new Error('down'), { code: 'ECONNREFUSED' }));
  world.ports.rows = { ...world.whole.rows, runs: down, sharersOf: down, existing: down, namersOf: down };
  await world.turn();
  expect([await stateOf(b.run), await stateOf(a.run)]).toEqual(['running', 'ended']);
  world.mend();
  await world.settle();
  expect(await exceptionsIn(a)).toMatchObject({ sharedRuns: 1 });
  expect(await stateOf(b.run)).toBe('running');
  await annotate("its own run is stopped, B's goes on, before and after");
});
