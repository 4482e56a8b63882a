import { expect, test } from 'vitest';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find } = deletionsIn(world);

/** Names of originals that must be encoded in a path of the edge, or must not. */
const NAMES = ['~holiday', 'a b', 'café', "it's (1)!", '[x]', '100%', '"x"', '{y}', '^z', 'a|b', 'a+b', 'a&b=c', 'a*'];

test.for(NAMES)('F46 an original named %s: its copy at the edge goes', async (name) => {
  const video = await world.video();
  const key = `uploads/${video.videoId}/${name}.mp4`;
  await world.put(key);
  await world.db.updateTable('videos').set({ url_mp4: key }).where('id', '=', video.videoId).execute();
  await due(video);
  await world.settle();
  const { state, edge } = await find(video);
  expect(state).toBe('deleted');
  expect(edge?.completedAt).toBeDefined();
});

test('F46 a path that the edge refuses is an error that is counted, and ends in failed', async () => {
  const video = await world.video();
  const { edge } = world.whole;
  const refusal = Object.assign(new Error('no such path'), { name: 'InvalidArgument' });
  world.ports.edge = { ...edge, invalidate: () => Promise.reject(refusal) };
  await due(video);
  for (let turns = 0; turns < 80; turns += 1) {
    await world.turn().catch(() => 0);
    world.advance(5_000);
  }
  const { state, receipts, steps } = await find(video);
  expect({ state, receipts, error: steps.verify.error }).toEqual({
    state: 'failed',
    receipts: [],
    error: 'EdgeNotInvalidated',
  });
});
