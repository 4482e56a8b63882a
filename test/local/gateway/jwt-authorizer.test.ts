import { UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIssuer } from '../../../local/sign-in/issuer.ts';
import { startTestGateway, type TestGateway, USER, VIDEO, WHO } from '../../support/gateway.ts';
import { sendRaw } from '../../support/http.ts';
import { hmacWithPublicKey } from '../../support/tokens.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

const REFUSED: Record<string, () => Promise<string> | string> = {
  'an empty one': () => '',
  garbage: () => 'not.a.token',
  'one of a wrong issuer': () => gateway.issuer.tokenFor(USER, { issuer: 'http://evil.test' }),
  'one for a wrong audience': () => gateway.issuer.tokenFor(USER, { audience: 'other' }),
  'one that has expired': () => gateway.issuer.tokenFor(USER, { expiresIn: -1 }),
  'one of another key': async () => (await createIssuer(WHO)).tokenFor(USER),
  'one that is not signed': () =>
    new UnsecuredJWT()
      .setIssuer(WHO.issuer)
      .setAudience(WHO.audience)
      .setSubject(USER)
      .setExpirationTime('1h')
      .encode(),
  'an HMAC made with the public key': () => hmacWithPublicKey(gateway.issuer, { ...WHO, sub: USER }),
  'one whose claims were changed': async () => {
    const [header, , signature] = (await gateway.issuer.tokenFor(USER)).split('.');
    const claims = { iss: WHO.issuer, aud: WHO.audience, sub: 'somebody-else', exp: 9_999_999_999 };
    return `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
  },
};

async function expectRefused(headers: Record<string, string>) {
  const before = gateway.seen.length;
  const answer = await sendRaw(gateway.url, 'DELETE', VIDEO, headers);
  expect(answer).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
  expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  expect(gateway.seen).toHaveLength(before);
}

test('no token at all is refused', () => expectRefused({}));

test.each(Object.entries(REFUSED))('%s is refused', async (_name, token) => {
  await expectRefused({ authorization: `Bearer ${await token()}` });
});

test('a good one reaches the function, its claims as strings', async () => {
  const token = await gateway.issuer.tokenFor(USER, { claims: { groups: ['a', 'b'], level: 3, admin: true } });
  const answer = await sendRaw(gateway.url, 'DELETE', VIDEO, { authorization: `Bearer ${token}` });
  expect(answer.status).toBe(200);
  const claims = gateway.seen.at(-1)?.event.requestContext.authorizer.jwt.claims;
  expect(claims).toMatchObject({ sub: USER, aud: WHO.audience, groups: '[a b]', level: '3', admin: 'true' });
  expect(claims?.exp).toMatch(/^\d+$/);
});

test('a route without an authorizer asks for none and passes none on', async () => {
  const answer = await sendRaw(gateway.url, 'GET', '/api/v1/open', { authorization: 'Bearer garbage' });
  expect(answer.status).toBe(200);
  expect(gateway.seen.at(-1)?.event.requestContext).not.toHaveProperty('authorizer');
});
