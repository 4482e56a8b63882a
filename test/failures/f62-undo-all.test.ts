import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { undoDeletionHandler } from '../../functions/undo-deletion.ts';
import { readyVideosOf, untilState, videoPath } from '../support/api-client.ts';
import { apiEvent } from '../support/api-event.ts';
import { openMemoryWorld } from '../support/memory-world.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const [FIRST = '', SECOND = '', THIRD = ''] = readyVideosOf('ana');
let system: TestSystem;
beforeAll(async () => {
  system = await openSystem({ environment: { UNDO_SECONDS: '600' } });
});
afterAll(async () => {
  await system?.stop();
});

/** A hundred deletions that were requested together, in a service that needs so long for each call of a store. */
async function hundred({ milliseconds }: { milliseconds: number }) {
  const world = openMemoryWorld();
  world.ports.rules.graceSeconds = 5;
  const ownerId = await world.user();
  const videos = await Promise.all(Array.from({ length: 100 }, () => world.video({ ownerId })));
  for (const { videoId } of videos) await requestDeletion(world.ports, { callerId: ownerId, videoId });
  const { tombstones } = world.ports;
  let calls = 0;
  const slow: typeof tombstones.write = async (...written) => {
    calls += 1;
    // Ten at a time.
    if (calls % 10 === 0) world.advance(milliseconds / 1000);
    return await tombstones.write(...written);
  };
  const undoAll = async (secondsAgo: number) => {
    const ports = { ...world.ports, tombstones: { ...tombstones, write: slow }, userIdClaim: 'sub' };
    const body = { videoIds: videos.map(({ videoId }) => videoId) };
    const event = apiEvent('POST /api/v1/deletions/undo', { callerId: ownerId, body });
    event.requestContext.timeEpoch = world.ports.clock().getTime() - secondsAgo * 1000;
    const answer = await undoDeletionHandler(() => ports)(event, {} as never);
    return JSON.parse(`${(answer as { body: string }).body}`).results as { status: number; detail?: string }[];
  };
  return { world, videos, undoAll };
}

const countOf = (results: { status: number }[]) => Object.groupBy(results, ({ status }) => `${status}`);

test('F62 a hundred undos in one request that arrived in time, of which the last is decided after the window', async ({
  annotate,
}) => {
  const { world, videos, undoAll } = await hundred({ milliseconds: 1500 });
  world.advance(2);
  const results = await undoAll(0);
  expect(countOf(results)).toEqual({ 200: expect.objectContaining({ length: 100 }) });
  const window = world.ports.rules.undoSeconds;
  const states = await Promise.all(videos.map(async ({ videoId }) => await world.ports.tombstones.find(videoId)));
  expect(new Set(states.map((tombstone) => tombstone?.state))).toEqual(new Set(['cancelled']));
  const after = states.filter((tombstone) => {
    const at = tombstone?.history.find(({ to }) => to === 'cancelled')?.at ?? '';
    return at > (tombstone?.undoableUntil ?? '');
  });
  expect(after.length).toBeGreaterThan(0);
  await annotate(`100 × 200, ${after.length} decided after the window of ${window} s had ended; all are back`);
});

test('F62 each result is said: what was too late, what has begun, what is not one’s own', async ({ annotate }) => {
  const { world, undoAll } = await hundred({ milliseconds: 0 });
  world.advance(11);
  expect(countOf(await undoAll(0))).toEqual({ 409: expect.objectContaining({ length: 100 }) });
  world.advance(5);
  await world.turn();
  const results = await undoAll(8);
  const begun = results.filter(({ status }) => status === 409).length;
  expect(begun).toBeGreaterThan(0);
  for (const result of results) expect([200, 409]).toContain(result.status);
  await annotate(`too late: 100 × 409; arrived 8 s ago: ${begun} × 409 where work had begun, the others are back`);
});

test('F62 over the API: one request undoes all, and a stranger’s video is not among them', async ({ annotate }) => {
  for (const id of [FIRST, SECOND]) await system.call('DELETE', videoPath(id), { as: 'ana' });
  const videoIds = [FIRST, SECOND];
  const body = JSON.stringify({ videoIds });
  const strange = await system.call('POST', '/api/v1/deletions/undo', { as: 'ben', body });
  expect(strange.body).toMatchObject({ results: [{ status: 404 }, { status: 404 }] });
  const undone = await system.call('POST', '/api/v1/deletions/undo', { as: 'ana', body });
  expect(undone.status).toBe(200);
  expect(undone.body).toMatchObject({ results: videoIds.map((videoId) => ({ videoId, status: 200 })) });
  for (const id of [FIRST, SECOND]) expect((await system.call('GET', videoPath(id), { as: 'ben' })).status).toBe(200);
  await annotate('a stranger: 2 × 404; the owner: 2 × 200, visible again');
});

test('F62 the owner ends the window: the deletion begins at once', async ({ annotate }) => {
  await system.call('DELETE', videoPath(THIRD), { as: 'ana' });
  const path = `${videoPath(THIRD)}/deletion/now`;
  expect((await system.call('POST', path, { as: 'ben' })).status).toBe(404);
  expect((await system.call('POST', path, { as: 'ana' })).body).toMatchObject({ undoable: false });
  await untilState(system.call, THIRD, 'deleted');
  await annotate('POST …/deletion/now: deleted, though the window was 600 s');
});
