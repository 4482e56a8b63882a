import { expect, test } from 'vitest';
import type { OperationName } from '../../local/s3/http/routes.ts';
import { deletionsIn } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { due, find, expectGone } = deletionsIn(world);

const listing = (root: string, { bucket = world.bucket, prefix = '' } = {}) =>
  `<?xml version="1.0"?><${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name>` +
  `<Bucket>${bucket}</Bucket><Prefix>${prefix}</Prefix><IsTruncated>false</IsTruncated></${root}>`;

/** What stands between us and a store answers with, each with status 200. By name; `{id}` is the video's. */
const ANSWERS: Record<string, (id: string) => { body: string; type?: string }> = {
  'a login page': () => ({ body: '<!doctype html><html><body>Sign in</body></html>' }),
  'a page that is well-formed XML': () => ({ body: '<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>' }),
  'nothing at all': () => ({ body: '' }),
  JSON: () => ({ body: '{"objects":[]}', type: 'application/json' }),
  'an empty element': () => ({ body: '<ok/>', type: 'application/xml' }),
  "another bucket's listings": (id) => ({
    body: listing('ListVersionsResult', { bucket: 'archive', prefix: `videos/${id}/` }),
    type: 'application/xml',
  }),
  'the listing of another prefix': () => ({
    body: listing('ListVersionsResult', { prefix: 'videos/other/' }),
    type: 'application/xml',
  }),
  'a listing of another kind': (id) => ({
    body: listing('ListAllMyBucketsResult', { prefix: `videos/${id}/` }),
    type: 'application/xml',
  }),
  'a listing that is cut off': (id) => ({
    body: listing('ListVersionsResult', { prefix: `videos/${id}/` }).slice(0, -5),
    type: 'application/xml',
  }),
};

test.for(Object.entries(ANSWERS))('F38 %s, to every request', async ([, answer]) => {
  const video = await world.video();
  const before = await world.inBucket(`videos/${video.videoId}/`);
  await due(video);
  const lift = world.s3.faults.answerForeign(answer(video.videoId));
  await world.turn();
  world.advance(2_000);
  await world.turn();
  const { state, steps, receipts } = await find(video);
  expect({ state, receipts }).toEqual({ state: 'running', receipts: [] });
  expect(steps.deleteObjects).toMatchObject({ state: 'failed', error: 'ForeignAnswer', counts: {} });
  lift();
  expect(await world.inBucket(`videos/${video.videoId}/`)).toEqual(before);
  world.advance(2_000);
  await world.settle();
  await expectGone(video);
});

test.for<OperationName>(['ListObjectVersions', 'ListMultipartUploads', 'DeleteObjects'])(
  'F38 a login page to %s alone: nothing is signed',
  async (operation) => {
    const video = await world.video();
    await due(video);
    const lift = world.s3.faults.answerForeign({ operation, body: '<html><body>Sign in</body></html>' });
    for (const _ of [1, 2, 3]) {
      await world.turn();
      world.advance(2_000);
    }
    expect(await find(video)).toMatchObject({ receipts: [], steps: { deleteObjects: { error: 'ForeignAnswer' } } });
    lift();
    await world.settle();
    await expectGone(video);
  },
);
