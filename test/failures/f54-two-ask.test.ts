import { afterAll, beforeAll, expect, test } from 'vitest';
import { readyVideosOf, untilState, videoPath } from '../support/api-client.ts';
import { leftIn } from '../support/left-in.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const [FIRST = '', SECOND = ''] = readyVideosOf('ana');
let system: TestSystem;
beforeAll(async () => {
  system = await openSystem({ environment: { UNDO_SECONDS: '8' } });
});
afterAll(async () => {
  await system?.stop();
});

test('F54 the owner asks, an admin asks, the owner undoes: the word of the admin stands, and the video is deleted', async ({
  annotate,
}) => {
  for (const as of ['ana', 'rosa'] as const)
    expect((await system.call('DELETE', videoPath(FIRST), { as })).status).toBe(202);
  const refused = await system.call('POST', `${videoPath(FIRST)}/deletion/undo`, { as: 'ana' });
  expect(refused).toMatchObject({ status: 409, body: { detail: 'An admin has asked for this deletion, too' } });
  const { history = [] } = await untilState(system.call, FIRST, 'deleted');
  expect(await leftIn(system, FIRST)).toEqual({});
  const asked = history.slice(0, 2).map(({ from, to, detail }) => ({ from, to, detail }));
  expect(asked).toEqual([
    { from: 'none', to: 'pending', detail: { code: 'owner' } },
    { from: 'pending', to: 'pending', detail: { code: 'admin' } },
  ]);
  await annotate('202, 202, 409 to the owner; deleted, 0 left; the history has both requests');
});

test('F54 the admin takes the request back: the owner still asks for it, and may undo it', async ({ annotate }) => {
  for (const as of ['ana', 'rosa'] as const) await system.call('DELETE', videoPath(SECOND), { as });
  const withdrawn = await system.call('POST', `${videoPath(SECOND)}/deletion/undo`, { as: 'rosa' });
  expect(withdrawn.body).toMatchObject({ state: 'pending', hidden: true, requests: [{ reason: 'owner' }] });
  expect((await system.call('GET', videoPath(SECOND), { as: 'ben' })).status).toBe(410);
  const undone = await system.call('POST', `${videoPath(SECOND)}/deletion/undo`, { as: 'ana' });
  expect(undone.body).toMatchObject({ state: 'cancelled' });
  expect((await system.call('GET', videoPath(SECOND), { as: 'ben' })).status).toBe(200);
  await annotate('withdrawn: pending and hidden for its owner alone; undone by its owner: visible');
});
