import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROUTES } from '../../functions/http/routes.ts';
import { userIdOf } from '../../platform/seed/accounts.ts';
import { SAMPLE_VIDEOS } from '../../platform/seed/sample-videos.ts';
import { readyVideosOf, videoPath } from '../support/api-client.ts';
import { sendRaw } from '../support/http.ts';
import { snapshotOf } from '../support/store-snapshot.ts';
import { openSystem, type TestSystem } from '../support/system.ts';
import { callsOf, PROTECTED, tamperedFormsOf } from './every-route.ts';

const [PUBLIC = '', HIDDEN = '', MOVED = ''] = readyVideosOf('ana');
const [OF_BEN = ''] = readyVideosOf('ben');
const [OF_MAX = ''] = readyVideosOf('max');
const NOT_READY = SAMPLE_VIDEOS.find(({ owner, status }) => owner === 'ana' && status !== 'ready')?.id ?? '';
const ADMIN_ONCE = randomUUID();
/** What a token may say, and the platform's database does not. */
const CLAIMS = { is_admin: true, role: 'admin', scope: 'admin', 'cognito:groups': ['admin'] };

let system: TestSystem;
beforeAll(async () => {
  // Nothing is removed while the tests look at it.
  system = await openSystem({ environment: { UNDO_SECONDS: '600' } });
  const { db } = system;
  const account = { id: ADMIN_ONCE, username: 'once', email: 'once@example.com' };
  await db
    .insertInto('users')
    .values({ ...account, is_admin: true })
    .execute();
  await system.call('DELETE', videoPath(HIDDEN), { as: 'ana' });
  await db
    .updateTable('videos')
    .set({ user_id: userIdOf('ben') })
    .where('id', '=', MOVED)
    .execute();
  await db.updateTable('users').set({ is_admin: false }).where('id', '=', ADMIN_ONCE).execute();
});
afterAll(() => system?.stop());

type Token = () => Promise<string | undefined>;
const tokenOf = (userId: string, claims: object = {}) => system.issuer.tokenFor(userId, { claims: { ...claims } });
const ANA = userIdOf('ana');
const ROSA = userIdOf('rosa');

const CALLERS: [who: string, token: Token, own: string, targets: string[]][] = [
  ['a stranger', () => tokenOf(userIdOf('ben')), OF_BEN, [PUBLIC, HIDDEN, NOT_READY]],
  ['a former owner', () => tokenOf(ANA), PUBLIC, [MOVED]],
  ['a disabled account, at its own video', () => tokenOf(userIdOf('max')), OF_MAX, [OF_MAX]],
  [
    'an admin of another tenant: no flag here, whatever the token says',
    () => tokenOf(ADMIN_ONCE, CLAIMS),
    OF_BEN,
    [PUBLIC, HIDDEN, NOT_READY],
  ],
  ['an account that the platform does not know', () => tokenOf(randomUUID(), CLAIMS), OF_BEN, [PUBLIC]],
];

test.for(CALLERS)(
  'F24 %s, at every route: nothing is touched, nothing is told',
  async ([who, token, own, targets], { annotate }) => {
    const before = await snapshotOf(system);
    const authorization = `Bearer ${await token()}`;
    const statuses: Record<number, number> = {};
    for (const videoId of targets) {
      for (const { route, method, path, body } of callsOf(ROUTES, { videoId, userId: ANA, own })) {
        const answer = await system.call(method, path, { authorization, ...(body && { body }) });
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        const told = `${who}: ${route.method} ${route.path} ${answer.status} ${answer.text}`;
        if (answer.status === 200 && route.path === '/api/v1/deletions/undo') {
          const { results } = JSON.parse(answer.text) as { results: { status: number }[] };
          for (const { status } of results) expect([403, 404], told).toContain(status);
        } else if (answer.status === 200) {
          // What anybody may see, and one's own list.
          expect(['/api/v1/receipts/jwks.json', '/api/v1/deletions'], told).toContain(route.path);
          expect(answer.text, told).not.toContain(videoId);
        } else expect(route.method === 'ANY' ? [403, 404, 405] : [403, 404], told).toContain(answer.status);
      }
    }
    expect(await snapshotOf(system)).toEqual(before);
    const counts = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
    await annotate(`${who}: ${counts.join(', ')}; rows, objects, tombstones and cache as before`);
  },
);

test.for([HIDDEN, NOT_READY])(
  'F24 to a stranger, a video that is not public is one that never was, word for word',
  async (videoId, { annotate }) => {
    const authorization = `Bearer ${await tokenOf(userIdOf('ben'))}`;
    const unknown = randomUUID();
    const told = async (asked: string) => {
      const answers = [];
      for (const { method, path, body } of callsOf(ROUTES, { videoId: asked, userId: ANA, own: OF_BEN })) {
        const { status, text } = await system.call(method, path, { authorization, ...(body && { body }) });
        answers.push({ status, text: text.replaceAll(asked, 'the video') });
      }
      return answers;
    };
    expect(await told(videoId)).toEqual(await told(unknown));
    await annotate(`${ROUTES.length} routes: the same words as for an id that nobody has`);
  },
);

const TOKENS: [what: string, token: Token][] = [
  ['no token', async () => undefined],
  ['an expired token of an admin', () => system.issuer.tokenFor(ROSA, { expiresIn: -60 })],
  ['a token of an admin for another audience', () => system.issuer.tokenFor(ROSA, { audience: 'another-platform' })],
  [
    'a token of an admin of another issuer',
    () => system.issuer.tokenFor(ROSA, { issuer: 'https://elsewhere.example' }),
  ],
];

test.for(TOKENS)('F24 %s, at every route: 401 in fixed words', async ([what, create], { annotate }) => {
  const before = await snapshotOf(system);
  const token = await create();
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  for (const { method, path } of callsOf(PROTECTED, { videoId: PUBLIC, userId: ANA, own: PUBLIC })) {
    const { status, body } = await sendRaw(system.url, method, path, headers);
    expect({ method, path, status, body }).toEqual({ method, path, status: 401, body: '{"message":"Unauthorized"}' });
  }
  expect(await snapshotOf(system)).toEqual(before);
  await annotate(`${what}: ${PROTECTED.length} × 401; rows, objects, tombstones and cache as before`);
});

test('F24 a tampered id, at every route: refused before anything is looked up', async ({ annotate }) => {
  const before = await snapshotOf(system);
  const authorization = `Bearer ${await tokenOf(ROSA)}`;
  const tampered = tamperedFormsOf(PUBLIC);
  let calls = 0;
  for (const videoId of tampered) {
    const routes = ROUTES.filter(({ method, path }) => method !== 'ANY' && path.includes('{videoId}'));
    for (const { method, path } of callsOf(routes, { videoId, userId: ANA, own: PUBLIC })) {
      const { status, body } = await sendRaw(system.url, method, path, { authorization });
      calls += 1;
      expect([400, 404], `${method} ${path}: ${body}`).toContain(status);
      if (status === 404) expect(body).toBe('{"message":"Not Found"}');
    }
  }
  expect(await snapshotOf(system)).toEqual(before);
  await annotate(`${tampered.length} forms at every route with an id: ${calls} calls refused, nothing touched`);
});
