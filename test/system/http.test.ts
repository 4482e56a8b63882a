import { compactVerify, createLocalJWKSet } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { userIdOf } from '../../platform/seed/accounts.ts';
import { readyVideosOf, untilState, videoPath } from '../support/api-client.ts';
import { leftIn } from '../support/left-in.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const [FIRST = '', SECOND = ''] = readyVideosOf('ana');
const [BENS = ''] = readyVideosOf('ben');

let system: TestSystem;
beforeAll(async () => {
  system = await openSystem();
});
afterAll(() => system?.stop());

const tombstoneOf = (videoId: string) => system.ports.tombstones.find(parseVideoId(videoId));

async function receiptOf(videoId: string) {
  const { headers, text } = await system.call('GET', `${videoPath(videoId)}/deletion/receipt`, { as: 'rosa' });
  expect(headers.get('content-type')).toBe('application/jose');
  const keys = JSON.parse((await system.call('GET', '/api/v1/receipts/jwks.json')).text);
  const { payload } = await compactVerify(text, createLocalJWKSet(keys));
  return JSON.parse(new TextDecoder().decode(payload));
}

describe('an owner deletes a video', () => {
  test('which is accepted, hidden at once, and ends with nothing left in any store', async () => {
    // Copies in the cache and at the edge, so that there is something to invalidate.
    await system.call('GET', '/api/v1/feed');
    await system.call('GET', videoPath(FIRST));
    await fetch(`${system.url}/videos/${FIRST}/playlist.m3u8`);
    expect(await leftIn(system, FIRST)).toMatchObject({ videos: 1, storage: 13, edge: 1, reports: 1 });

    const { status, headers, body } = await system.call('DELETE', videoPath(FIRST), { as: 'ana' });
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`${videoPath(FIRST)}/deletion`);
    expect(body).toMatchObject({ videoId: FIRST, reason: 'owner', hidden: true });
    expect(body).not.toHaveProperty('ownerId');

    const again = await system.call('DELETE', videoPath(FIRST), { as: 'ana' });
    expect(again.status).toBe(202);
    expect(again.body).toMatchObject({ deletionId: body.deletionId, requestedAt: body.requestedAt });

    const deleted = await untilState(system.call, FIRST, 'deleted', 'ana');
    expect(deleted.deletionId).toBe(body.deletionId);
    expect(deleted.steps?.map(({ state }) => state)).toEqual(Array(7).fill('done'));
    expect(await leftIn(system, FIRST)).toEqual({});
    expect(await leftIn(system, SECOND)).toMatchObject({ videos: 1, storage: 13 });
  });

  test('and asks again once it is deleted: 200, the same deletion, nothing changed', async () => {
    const before = await tombstoneOf(FIRST);
    const { status, body } = await system.call('DELETE', videoPath(FIRST), { as: 'ana' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ deletionId: before?.deletionId, state: 'deleted' });
    expect(await tombstoneOf(FIRST)).toEqual(before);
  });

  test('and gets a receipt that the served keys verify', async () => {
    const receipt = await receiptOf(FIRST);
    expect(receipt).toMatchObject({
      sub: FIRST,
      requestedBy: userIdOf('ana'),
      counts: { deleteObjects: { objects: 13 }, deleteRows: { videos: 1 } },
      resolved: { reports: 1 },
      environment: 'local',
      places: { deleteObjects: expect.any(String), deleteRows: expect.stringMatching(/^postgres(ql)?:\/\/[^@]+$/) },
      edge: { completedAt: expect.any(String) },
      exceptions: {},
      notPartOf: [],
    });
    expect(receipt.deletionId).toBe((await tombstoneOf(FIRST))?.deletionId);
  });

  test('and asks too late to undo it: 409', async () => {
    const late = await system.call('POST', `${videoPath(FIRST)}/deletion/undo`, { as: 'ana' });
    expect(late.status).toBe(409);
    expect((await system.call('GET', videoPath(FIRST))).status).toBe(410);
  });

  test('of which one event tells the others', () => {
    const events = system.parts.bus?.events().map(({ detailType, detail }) => ({ detailType, detail }));
    expect(events).toEqual([{ detailType: 'VideoDeleted', detail: expect.objectContaining({ videoId: FIRST }) }]);
  });
});

test("an admin deletes another's video, and only admins see who asked", async () => {
  const { status, body } = await system.call('DELETE', videoPath(BENS), { as: 'rosa' });
  expect(status).toBe(202);
  expect(body).toMatchObject({ reason: 'admin', ownerId: userIdOf('ben'), requestedBy: userIdOf('rosa') });
  const deleted = await untilState(system.call, BENS, 'deleted', 'ben');
  expect(deleted).not.toHaveProperty('requestedBy');
  expect(await leftIn(system, BENS)).toEqual({});
  expect(await receiptOf(BENS)).toMatchObject({ reason: 'admin', requestedBy: userIdOf('rosa') });
});
