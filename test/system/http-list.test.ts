import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Username, userIdOf } from '../../platform/seed/accounts.ts';
import { readyVideosOf, videoPath } from '../support/api-client.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const ANAS = readyVideosOf('ana').slice(0, 3);
const [BENS = ''] = readyVideosOf('ben');

let system: TestSystem;
beforeAll(async () => {
  system = await openSystem({ environment: { UNDO_SECONDS: '600' } });
  for (const videoId of ANAS) await system.call('DELETE', videoPath(videoId), { as: 'ana' });
  await system.call('DELETE', videoPath(BENS), { as: 'rosa' });
  await system.call('POST', `${videoPath(ANAS[0] ?? '')}/deletion/undo`, { as: 'ana' });
});
afterAll(() => system?.stop());

async function list(as: Username, query = '') {
  const { status, body } = await system.call('GET', `/api/v1/deletions${query}`, { as });
  expect(status).toBe(200);
  return { ids: (body.deletions ?? []).map(({ videoId }) => videoId), cursor: body.cursor };
}

test('users see their own, the newest first', async () => {
  expect(await list('ana')).toEqual({ ids: ANAS.toReversed(), cursor: undefined });
  expect(await list('ana', `?ownerId=${userIdOf('ana')}`)).toEqual(await list('ana'));
  // Asked for by an admin, yet it is ben's video.
  expect((await list('ben')).ids).toEqual([BENS]);
});

test('admins see all, or those of one owner', async () => {
  expect((await list('rosa')).ids.sort()).toEqual([...ANAS, BENS].sort());
  expect((await list('rosa', `?ownerId=${userIdOf('ben')}`)).ids).toEqual([BENS]);
});

test('the answer says whose one may see', async () => {
  const sees = async (as: Username) => (await system.call('GET', '/api/v1/deletions?limit=1', { as })).body.sees;
  expect([await sees('ana'), await sees('rosa')]).toEqual(['own', 'all']);
});

test('a state leaves out the others', async () => {
  expect((await list('ana', '?state=cancelled')).ids).toEqual([ANAS[0]]);
  expect((await list('ana', '?state=pending')).ids).toEqual(ANAS.slice(1).reverse());
  expect((await list('rosa', '?state=deleted')).ids).toEqual([]);
});

test('several states, given several times or with commas', async () => {
  expect((await list('ana', '?state=cancelled&state=pending')).ids).toEqual(ANAS.toReversed());
  expect((await list('ana', '?state=cancelled,pending')).ids).toEqual(ANAS.toReversed());
  expect((await list('ana', '?state=deleted,cancelled')).ids).toEqual([ANAS[0]]);
});

test('what waits is not open, and nothing is overdue', async () => {
  expect((await list('rosa', '?waiting=true')).ids.sort()).toEqual([...ANAS.slice(1), BENS].sort());
  expect((await list('rosa', '?open=true')).ids).toEqual([]);
  expect((await list('rosa', '?overdue=true')).ids).toEqual([]);
  expect((await list('ana', '?waiting=true&open=false')).ids).toEqual(ANAS.slice(1).reverse());
});

test('a period leaves out what was requested before and after', async () => {
  const { body } = await system.call('GET', '/api/v1/deletions', { as: 'ana' });
  const [last, middle] = (body.deletions ?? []).map(({ requestedAt = '' }) => requestedAt);
  expect((await list('ana', `?since=${last}`)).ids).toEqual([ANAS[2]]);
  expect((await list('rosa', `?until=${last}&ownerId=${userIdOf('ana')}`)).ids).toEqual([ANAS[1], ANAS[0]]);
  expect((await list('rosa', `?since=${middle}&until=${last}`)).ids).toEqual([ANAS[1]]);
});

test.each([
  ['state=lost', 'one of none, pending'],
  ['since=yesterday', 'a time like 2026-11-22T10:00:00Z'],
  ['until=2026-11-22', 'a time like 2026-11-22T10:00:00Z'],
  ['until=9999-12-31T23:59:59-01:00', 'a time like'],
  ['limit=0x10', 'a whole number'],
  ['open=yes', 'true or false'],
  ['open=true&waiting=true', 'at most one can be true'],
])('%s is refused, with what would be right', async (query, expected) => {
  const { status, body } = await system.call('GET', `/api/v1/deletions?${query}`, { as: 'rosa' });
  expect(status).toBe(400);
  expect(body.detail).toContain(expected);
});

test('figures count all of a period, for admins', async () => {
  const { status, body } = await system.call('GET', '/api/v1/deletions/figures', { as: 'rosa' });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    requested: 4,
    states: { pending: 3, cancelled: 1 },
    now: { waiting: 3, open: 0, failed: 0, held: 0 },
    failures: [],
  });
  const past = 'since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00%2B01:00';
  const earlier = await system.call('GET', `/api/v1/deletions/figures?${past}`, { as: 'rosa' });
  expect(earlier.body).toMatchObject({ requested: 0, until: '2026-01-01T23:00:00.000Z' });
  for (const query of ['since=2026-01-01T00:00:00Z&until=2026-03-01T00:00:00Z', 'until=x', 'limit=1']) {
    const refused = await system.call('GET', `/api/v1/deletions/figures?${query}`, { as: 'rosa' });
    expect(refused.status, query).toBe(400);
  }
  expect((await system.call('GET', '/api/v1/deletions/figures', { as: 'ana' })).status).toBe(403);
  expect((await system.call('DELETE', '/api/v1/deletions/figures', { as: 'rosa' })).status).toBe(405);
});

test('pages are as long as asked for, and their cursors lead through all of them', async () => {
  const first = await list('ana', '?limit=2');
  expect(first.ids).toEqual(ANAS.slice(1).reverse());
  const second = await list('ana', `?limit=2&cursor=${first.cursor}`);
  expect(second).toEqual({ ids: [ANAS[0]], cursor: undefined });
});

test("nobody but an admin sees another's, and the disabled see nothing", async () => {
  const path = `/api/v1/deletions?ownerId=${userIdOf('ben')}`;
  // The path names ben, as the caller did; the refusal says no more of him.
  expect((await system.call('GET', path, { as: 'ana' })).status).toBe(403);
  expect((await system.call('GET', '/api/v1/deletions', { as: 'max' })).status).toBe(403);
});

test("a cursor of another's list, or one made up, is refused", async () => {
  const { cursor } = await list('rosa', '?limit=1');
  expect(cursor).toBeTypeOf('string');
  for (const bad of [cursor, 'x', 'e30', `${cursor}x`]) {
    const { status, body } = await system.call('GET', `/api/v1/deletions?cursor=${bad}`, { as: 'ana' });
    expect(status).toBe(400);
    expect(body.detail).toMatch(/cursor/i);
  }
});
