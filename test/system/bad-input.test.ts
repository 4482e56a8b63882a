import { UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { userIdOf } from '../../platform/seed/accounts.ts';
import { expectNoLeak, readyVideosOf, videoPath } from '../support/api-client.ts';
import { sendRaw } from '../support/http.ts';
import { createOpenApiCheck } from '../support/openapi.ts';
import { snapshotOf } from '../support/store-snapshot.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const [VIDEO = ''] = readyVideosOf('ana');
const ANA = userIdOf('ana');

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
    expect(system.logged).toEqual([]);
  } finally {
    await system?.stop();
  }
});

/** Sends the path exactly as given, as an admin: whatever could be deleted would be. */
async function sendAsAdmin(method: string, path: string) {
  const authorization = `Bearer ${await system.issuer.tokenFor(userIdOf('rosa'))}`;
  const answer = await sendRaw(system.url, method, path, { authorization });
  expectNoLeak(answer.body, path);
  return answer;
}

const { expectMatches } = createOpenApiCheck();

describe('an id that is not one', () => {
  const ids = ['1', '*', '%2a', VIDEO.slice(0, -1), `${VIDEO}0`, VIDEO.toUpperCase(), `${VIDEO}%20`, `%20${VIDEO}`];
  ids.push(
    `${VIDEO}%00`.replace('%00', '%0A'),
    '%27%20or%201=1--',
    `{${VIDEO}}`,
    `urn:uuid:${VIDEO}`,
    '%252e%252e',
    'null',
  );
  test.each(ids)('%s: 400, and says what an id is', async (id) => {
    const calls = [`DELETE ${videoPath(id)}`, `GET ${videoPath(id)}/deletion`, `POST ${videoPath(id)}/deletion/undo`];
    for (const call of calls) {
      const [method = '', path = ''] = call.split(' ');
      const { status, headers, body } = await sendAsAdmin(method, path);
      expectMatches(method, path, status, headers, body);
      expect(status).toBe(400);
      expect(JSON.parse(body)).toMatchObject({ status: 400, detail: expect.stringContaining('UUID in lower case') });
    }
  });
});

describe('a path that could mean another', () => {
  const paths = [
    '/api/v1/videos/',
    '/api/v1/videos',
    '/api/v1/videos/..',
    `/api/v1/videos/../videos/${VIDEO}`,
    `/api/v1/videos/%2e%2e/videos/${VIDEO}`,
    `/api/v1/videos/${VIDEO}%2f`,
    `/api/v1/videos/${VIDEO}%2F..%2F${VIDEO}`,
    `/api/v1/videos/${VIDEO}%5c`,
    `/api/v1/videos/${VIDEO}%00`,
    `/api/v1/videos/${VIDEO}/`,
    `/api/v1/videos//${VIDEO}`,
    `/api/v1/videos/${VIDEO}/%2e`,
    `/api/v1/videos/${VIDEO}%zz`,
  ];
  test.each(paths)('DELETE %s: the gateway knows no such route', async (path) => {
    const { status, body } = await sendAsAdmin('DELETE', path);
    expect({ status, body }).toEqual({ status: 404, body: '{"message":"Not Found"}' });
  });
});

describe('a token that is not good', () => {
  const expired = () => system.issuer.tokenFor(ANA, { expiresIn: -60 });
  const unsigned = async () =>
    new UnsecuredJWT({ sub: ANA, iss: 'https://issuer.localhost', aud: 'video-platform' })
      .setExpirationTime('1h')
      .encode();
  const tampered = async () => {
    const [header, , signature] = (await system.issuer.tokenFor(userIdOf('ben'))).split('.');
    return [header, (await system.issuer.tokenFor(ANA)).split('.')[1], signature].join('.');
  };
  const tokens: [string, () => Promise<string | undefined>][] = [
    ['none', async () => undefined],
    ['an empty one', async () => ''],
    ['no token at all', async () => 'nothing'],
    ['one of another issuer', () => system.issuer.tokenFor(ANA, { issuer: 'https://elsewhere.example' })],
    ['one for another audience', () => system.issuer.tokenFor(ANA, { audience: 'another-platform' })],
    ['an expired one', expired],
    ['one that nobody signed (alg: none)', unsigned],
    ["another's signature", tampered],
  ];
  test.each(tokens)('%s: 401 with the gateway’s fixed body', async (_what, create) => {
    const token = await create();
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const { status, headers, text } = await system.call('DELETE', videoPath(VIDEO), authorization);
    expect({ status, text }).toEqual({ status: 401, text: '{"message":"Unauthorized"}' });
    expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  test.each(['nobody', ANA.toUpperCase(), '', '01936b4e-0000-7000-8000-0000000000ff'])(
    'a good one for the user "%s", whom the platform does not know: 403',
    async (userId) => {
      const authorization = `Bearer ${await system.issuer.tokenFor(userId)}`;
      expect((await system.call('DELETE', videoPath(VIDEO), { authorization })).status).toBe(403);
    },
  );
});
