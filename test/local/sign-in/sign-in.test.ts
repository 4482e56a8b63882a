import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIssuer } from '../../../local/sign-in/issuer.ts';
import { createSignIn } from '../../../local/sign-in/sign-in.ts';
import { startTestGateway, type TestGateway, USER, WHO } from '../../support/gateway.ts';

const ACCOUNTS = [{ userId: USER, username: 'ada', role: 'owner' }];
let gateway: TestGateway;

beforeAll(async () => {
  const issuer = await createIssuer(WHO);
  gateway = await startTestGateway({ mounts: [createSignIn({ issuer, accounts: () => ACCOUNTS })] });
});
afterAll(() => gateway.stop());

test('accounts are listed', async () => {
  const answer = await fetch(`${gateway.url}/local/accounts`);
  expect(await answer.json()).toEqual({ accounts: ACCOUNTS });
});

test('a listed account gets a token that verifies against the published keys', async () => {
  const answer = await fetch(`${gateway.url}/local/accounts/${USER}/token`, { method: 'POST' });
  const { token, expiresIn } = (await answer.json()) as { token: string; expiresIn: number };
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(`${gateway.url}/local/jwks.json`)), WHO);
  expect(payload.sub).toBe(USER);
  expect(Number(payload.exp) - Number(payload.iat)).toBe(expiresIn);
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test.each([
  ['POST', '/local/accounts/nobody/token'],
  ['GET', `/local/accounts/${USER}/token`],
  ['POST', '/local/accounts'],
  ['GET', '/local/'],
])('%s %s is not found', async (method, path) => {
  expect((await fetch(`${gateway.url}${path}`, { method })).status).toBe(404);
});
