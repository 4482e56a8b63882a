import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readyVideosOf, videoPath } from '../support/api-client.ts';
import { snapshotOf } from '../support/store-snapshot.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const [VIDEO = ''] = readyVideosOf('ana');
const DELETION = `${videoPath(VIDEO)}/deletion`;

let system: TestSystem;
let before: Awaited<ReturnType<typeof snapshotOf>>;
beforeAll(async () => {
  system = await openSystem();
  before = await snapshotOf(system);
});
afterAll(async () => {
  try {
    // After all of the tests: whatever was sent, nothing has changed anywhere.
    expect(await snapshotOf(system)).toEqual(before);
    expect(before.tombstones).toEqual([]);
  } finally {
    await system?.stop();
  }
});

describe('a method that the path does not have', () => {
  const calls: [string, string, string][] = [
    ['POST', videoPath(VIDEO), 'DELETE'],
    ['PUT', videoPath(VIDEO), 'DELETE'],
    ['PATCH', videoPath(VIDEO), 'DELETE'],
    ['DELETE', DELETION, 'GET'],
    ['POST', DELETION, 'GET'],
    ['GET', `${DELETION}/undo`, 'POST'],
    ['DELETE', `${DELETION}/replay`, 'POST'],
    ['POST', `${DELETION}/receipt`, 'GET'],
    ['GET', `${videoPath(VIDEO)}/hold`, 'PUT'],
    ['POST', `${videoPath(VIDEO)}/hold`, 'DELETE'],
    ['DELETE', '/api/v1/deletions', 'POST'],
    ['PUT', '/api/v1/receipts/jwks.json', 'GET'],
  ];
  test.each(calls)('%s %s: 405, and Allow names %s', async (method, path, allowed) => {
    const { status, headers, body } = await system.call(method, path, { as: 'rosa' });
    expect(status).toBe(405);
    expect(headers.get('allow')).toContain(allowed);
    expect(body.detail).toContain(allowed);
  });
});

describe('a body where none belongs', () => {
  const calls = [`DELETE ${videoPath(VIDEO)}`, `POST ${DELETION}/undo`, `POST ${DELETION}/replay`];
  test.each(
    calls.flatMap((call) => [
      [call, '{}'],
      [call, '{"videoIds":["*"]}'],
      [call, 'not json'],
    ]),
  )('%s with %s: 400', async (call, body) => {
    const [method = '', path = ''] = call.split(' ');
    const answer = await system.call(method, path, { as: 'rosa', body });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain('no body');
  });
});

describe('a parameter that is wrong', () => {
  const queries: [string, string][] = [
    ['state=gone', 'state must be one of'],
    ['state=', 'state must be one of'],
    ['ownerId=ana', 'ownerId must be a UUID'],
    ['limit=0', 'limit must be a whole number from 1 to 100'],
    ['limit=101', 'limit must be'],
    ['limit=1.5', 'limit must be'],
    ['limit=many', 'limit must be'],
    ['limit=', 'limit must be'],
    ['cursor=', 'cursor must be'],
    ['cursor=%00', 'cursor'],
    [`cursor=${'x'.repeat(1025)}`, 'cursor must be'],
    ['owner=ana', 'unknown parameters, expected only state, ownerId, since, until'],
    ['state=gone&limit=0', 'limit must be'],
  ];
  test.each(queries)('/api/v1/deletions?%s: 400, “%s”', async (query, detail) => {
    const answer = await system.call('GET', `/api/v1/deletions?${query}`, { as: 'rosa' });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain(detail);
  });

  test.each([
    '/api/v1/feed?cursor=x',
    '/api/v1/users/me/videos?cursor=e30',
    '/api/v1/users/me/videos?include=all',
    '/api/v1/users/me/videos?include=deleting&only=all',
  ])('the platform’s own %s: 400', async (path) => {
    expect((await system.call('GET', path, { as: 'ben' })).status).toBe(400);
  });
});
