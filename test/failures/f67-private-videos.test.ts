import { afterAll, beforeAll, expect, test } from 'vitest';
import { readyVideosOf, untilState, videoPath } from '../support/api-client.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const [HIDDEN = '', UNREADY = '', PUBLIC = ''] = readyVideosOf('ana');
let system: TestSystem;
beforeAll(async () => {
  system = await openSystem({ environment: { UNDO_SECONDS: '0' } });
});
afterAll(async () => {
  await system?.stop();
});

const seenBy = async (as: 'ben' | undefined, videoId: string) => [
  (await system.call('GET', videoPath(videoId), as ? { as } : {})).status,
  as ? (await system.call('GET', `${videoPath(videoId)}/deletion`, { as })).status : 404,
  as ? (await system.call('DELETE', videoPath(videoId), { as })).status : 404,
];

test.for([
  ['the platform has hidden', HIDDEN, { deleted_at: new Date('2026-01-01T00:00:00Z') }],
  ['is still processed', UNREADY, { status: 'processing' }],
] as const)('F67 a stranger never learns of a video that %s', async ([, videoId, changes], { annotate }) => {
  await system.db.updateTable('videos').set(changes).where('id', '=', videoId).execute();
  const before = await seenBy('ben', videoId);
  expect(before).toEqual([404, 404, 404]);
  await system.call('DELETE', videoPath(videoId), { as: 'ana' });
  expect(await seenBy('ben', videoId)).toEqual(before);
  await untilState(system.call, videoId, 'deleted');
  expect(await seenBy('ben', videoId)).toEqual(before);
  await annotate('404 before, during and after its deletion');
});

test('F67 a public video is 410 to everybody', async ({ annotate }) => {
  await system.call('DELETE', videoPath(PUBLIC), { as: 'ana' });
  await untilState(system.call, PUBLIC, 'deleted');
  expect((await seenBy('ben', PUBLIC))[0]).toBe(410);
  await annotate('410');
});
