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
