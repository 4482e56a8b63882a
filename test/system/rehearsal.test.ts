import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { REHEARSED } from '../../local/rehearsal/faults.ts';
import { readyVideosOf, untilState, videoPath } from '../support/api-client.ts';
import { PATIENCE } from '../support/patience.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const [FIRST = ''] = readyVideosOf('ana');

let system: TestSystem;
beforeAll(async () => {
  system = await openSystem({ faults: ['cache-silent'] });
});
afterAll(() => system?.stop());

type Answer = { faults: { name: string; isOn: boolean }[] };
const call = async (method: string, path = '') => {
  const answer = await fetch(`${system.url}/local/faults${path}`, { method });
  if (!answer.ok) return { status: answer.status, on: [] };
  const { faults } = (await answer.json()) as Answer;
  return { status: answer.status, on: faults.filter(({ isOn }) => isOn).map(({ name }) => name) };
};

test('a fault is on from the beginning, by its name, until it is switched off', async () => {
  expect(await call('GET')).toEqual({ status: 200, on: ['cache-silent'] });
  expect(await call('DELETE', '/cache-silent')).toEqual({ status: 200, on: [] });
});

test('every fault can be switched on while the system runs, and all are over at once', async () => {
  for (const name of Object.keys(REHEARSED)) expect((await call('PUT', `/${name}`)).status, name).toBe(200);
  expect((await call('GET')).on).toEqual(Object.keys(REHEARSED));
  expect(await call('DELETE')).toEqual({ status: 200, on: [] });
  expect((await call('PUT', '/no-such-fault')).status).toBe(404);
  expect((await call('POST')).status).toBe(405);
});

test('a deletion fails by the code of the store, and ends once the fault is over', async () => {
  await call('PUT', '/s3-denied');
  expect((await system.call('DELETE', videoPath(FIRST), { as: 'ana' })).status).toBe(202);
  const error = async () => (await system.ports.tombstones.find(parseVideoId(FIRST)))?.steps.deleteObjects.error;
  await vi.waitFor(async () => expect(await error()).toBe('AccessDenied'), PATIENCE);
  await call('DELETE', '/s3-denied');
  await untilState(system.call, FIRST, 'deleted', 'ana');
});
