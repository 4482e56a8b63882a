import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Body, readyVideosOf, untilState, videoPath } from '../support/api-client.ts';
import { leftIn } from '../support/left-in.ts';
import { openSystem, type TestSystem } from '../support/system.ts';
import { useUpAttempts } from '../support/use-up-attempts.ts';

const [VIDEO = ''] = readyVideosOf('ana');
const REPLAY = `${videoPath(VIDEO)}/deletion/replay`;

let system: TestSystem;
beforeAll(async () => {
  system = await openSystem();
});
afterAll(() => system?.stop());

const stateOf = (body: Body, step: string) => body.steps?.find(({ name }) => name === step)?.state;

test('a deletion that has failed waits for an admin, who replays it to the end', async () => {
  const lift = system.parts.s3?.faults.failKeys({ key: /thumbnail\.jpg$/, code: 'AccessDenied' });
  await system.call('DELETE', videoPath(VIDEO), { as: 'ana' });
  await useUpAttempts(system, VIDEO);
  const failed = await untilState(system.call, VIDEO, 'failed');
  expect(stateOf(failed, 'deleteObjects')).toBe('failed');
  // The steps after it ran all the same.
  expect(stateOf(failed, 'deleteRows')).toBe('done');
  expect(await leftIn(system, VIDEO)).toEqual({ storage: 1 });
  expect((await system.call('GET', videoPath(VIDEO))).status).toBe(410);

  const again = await system.call('DELETE', videoPath(VIDEO), { as: 'ana' });
  expect(again.body).toMatchObject({ deletionId: failed.deletionId, state: 'failed' });
  expect((await system.call('POST', REPLAY, { as: 'ana' })).status).toBe(403);
  expect((await system.call('POST', REPLAY, { as: 'ben' })).status).toBe(404);

  lift?.();
  const replayed = await system.call('POST', REPLAY, { as: 'rosa' });
  expect(replayed.status).toBe(202);
  expect(replayed.body).toMatchObject({ deletionId: failed.deletionId, state: 'running' });
  await untilState(system.call, VIDEO, 'deleted');
  expect(await leftIn(system, VIDEO)).toEqual({});
  expect((await system.call('POST', REPLAY, { as: 'rosa' })).status).toBe(409);
});
