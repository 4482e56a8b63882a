import { expect, test } from 'vitest';
import { workOnEdge } from '../../functions/deletion/edge/work-on-edge.ts';
import type { Edge } from '../../functions/deletion/ports.ts';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const SEGMENTS = 2_500;

const world = useWorld();
const { due, expectGone } = deletionsIn(world);

test('F14 viewers ask through the edge while the origin is emptied', async ({ annotate }) => {
  const video = await world.video();
  const prefix = `videos/${video.videoId}/`;
  const segments = Array.from({ length: SEGMENTS }, (_, n) => `${prefix}480p/${String(n).padStart(4, '0')}.ts`);
  world.s3.fill(world.bucket, segments);
  const paths = [`${prefix}playlist.m3u8`, `${prefix}thumbnail.jpg`, ...segments.filter((_, n) => n % 100 === 0)];
  const view = async (path: string) => (await world.viewers.view(`/${path}`)).status;

  // The edge's own worker is awake all the while: a request that came too early would be answered too early.
  const workAtEdge = async () => {
    for (const { message, receiptHandle } of world.queues.edge.receive()) {
      await workOnEdge(world.ports, [message]);
      world.queues.edge.delete(receiptHandle);
    }
  };
  const seen: number[] = [];
  world.s3.faults.onRequest(async ({ operation, phase }) => {
    if (operation !== 'DeleteObjects' || phase !== 'before') return;
    for (const path of paths) seen.push(await view(path));
    await workAtEdge();
  });
  const inBucketWhenInvalidated: number[] = [];
  const { edge } = world.ports;
  const invalidate: Edge['invalidate'] = async (...asked) => {
    inBucketWhenInvalidated.push((await world.inBucket(prefix)).length);
    return await edge.invalidate(...asked);
  };
  world.ports.edge = { ...edge, invalidate };
  await due(video);
  // The copies of a video of the world are one path; all others come in while the batches are deleted.
  while (inBucketWhenInvalidated.length === 0) await world.turn();
  const refilled = world.viewers.local.cached().filter((path) => path.includes(video.videoId));
  expect(refilled.length).toBeGreaterThan(SEGMENTS / 1_000);
  expect(seen).toContain(200);
  expect(inBucketWhenInvalidated, 'only an empty origin is invalidated').toEqual([0]);

  await world.settle();
  await expectGone(video);
  for (const path of [...paths, ...refilled.map((path) => path.slice(1))]) expect(await view(path)).toBe(404);
  expect(world.viewers.local.cached().filter((path) => path.includes(video.videoId))).toEqual([]);
  await annotate(
    `${seen.length} GETs in between, ${refilled.length} copies came back: all invalidated after, 0 served`,
  );
});
