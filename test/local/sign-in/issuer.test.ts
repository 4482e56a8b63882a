import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createIssuer } from '../../../local/sign-in/issuer.ts';

const WHO = { issuer: 'http://issuer.test', audience: 'videos' };
const USER = '0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'issuer-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a token verifies against the published keys and carries who, for whom and until when', async () => {
  const issuer = await createIssuer(WHO);
  const keys = createLocalJWKSet(issuer.jwks());
  const { payload, protectedHeader } = await jwtVerify(await issuer.tokenFor(USER, { expiresIn: 60 }), keys, WHO);
  expect(payload).toMatchObject({ iss: WHO.issuer, aud: WHO.audience, sub: USER });
  expect(Number(payload.exp) - Number(payload.iat)).toBe(60);
  expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: issuer.jwks().keys[0]?.kid });
});

test('the published keys hold no private part', async () => {
  const issuer = await createIssuer(WHO);
  expect(Object.keys(issuer.jwks().keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
});

test('the key in the folder is for its owner only and outlives a restart', async () => {
  const before = await createIssuer({ ...WHO, folder });
  const token = await before.tokenFor(USER);
  expect(statSync(join(folder, 'issuer-key.json')).mode & 0o777).toBe(0o600);

  const after = await createIssuer({ ...WHO, folder });
  const { payload } = await jwtVerify(token, createLocalJWKSet(after.jwks()), WHO);
  expect(payload.sub).toBe(USER);
});

test('without a folder every issuer has a key of its own', async () => {
  const [one, other] = await Promise.all([createIssuer(WHO), createIssuer(WHO)]);
  const verified = jwtVerify(await one.tokenFor(USER), createLocalJWKSet(other.jwks()), WHO);
  await expect(verified).rejects.toThrow();
});
