import { get } from 'node:http';
import { expect, test } from 'vitest';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find } = deletionsIn(world);

/** Names of originals that must be encoded in a path of the edge, or must not. */
const NAMES = [
  '~holiday',
  'a b',
  'café',
  "it's (1)!",
  '[x]',
  '100%',
  '"x"',
  '{y}',
  '^z',
  'a|b',
  'a+b',
  'a&b=c',
  'a*',
  'me@home',
  'a,b;c:d',
  '$a',
];

/** What a browser sends for a link to the key, and what a platform sends that encodes all. */
const pathsOf = (key: string) => {
  const { pathname } = new URL(`https://cdn.example.com/${key.replaceAll('%', '%25')}`);
  return [pathname, `/${key.split('/').map(encodeURIComponent).join('/')}`];
};

/** A request whose path nobody changes. @returns its status */
const view = (path: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const { hostname, port } = new URL(world.viewers.local.url);
    get({ hostname, port, path }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
    }).on('error', reject);
  });

test.for(NAMES)('F46 an original named %s: its copies at the edge go, however they were asked for', async (name) => {
  const video = await world.video();
  const [named, beside] = [name, `${name} 2`].map((each) => `uploads/${video.videoId}/${each}.mp4`) as [string, string];
  for (const key of [named, beside]) await world.put(key);
  await world.db.updateTable('videos').set({ url_mp4: named }).where('id', '=', video.videoId).execute();
  const paths = [named, beside].flatMap(pathsOf);
  // S3 reads a plus as a blank.
  for (const path of paths) expect(await view(path), path).toBe(path.includes('+') ? 404 : 200);
  await due(video);
  await world.settle();
  const { state, edge } = await find(video);
  expect(state).toBe('deleted');
  expect(edge?.completedAt).toBeDefined();
  for (const path of paths) expect(await view(path), path).toBe(404);
});

test('F46 a path that the edge refuses is the error of its step, is counted, and ends in failed', async () => {
  const [bad, good] = [await world.video(), await world.video()];
  const { edge } = world.whole;
  const invalidate: typeof edge.invalidate = (paths, reference) => {
    const refusal = Object.assign(new Error('no such path'), { name: 'InvalidArgument' });
    return paths.some((path) => path.includes(bad.videoId))
      ? Promise.reject(refusal)
      : edge.invalidate(paths, reference);
  };
  world.ports.edge = { ...edge, invalidate };
  for (const video of [bad, good]) await due(video);
  for (let turns = 0; turns < 80 && (await find(bad)).state !== 'failed'; turns += 1) {
    await world.turn();
    world.advance(2_000);
  }
  const { state, receipts, steps } = await find(bad);
  expect({ state, receipts, error: steps.invalidateEdge.error }).toEqual({
    state: 'failed',
    receipts: [],
    error: 'InvalidArgument',
  });
  expect(steps.invalidateEdge.failures).toBeGreaterThanOrEqual(12);
  await world.settle();
  expect((await find(good)).state).toBe('deleted');
});
