import { expect, test } from 'vitest';
import type { OpenIdProvider } from '../support/open-id-provider.ts';
import { usePageWithProvider } from '../support/page-with-provider.ts';

const it = usePageWithProvider();

const FAILED = 'The sign-in did not succeed. Try again.';
const NOT_OURS = 'This answer does not belong to a sign-in that you started here, so it was not used.';

/** Signs in while the provider answers wrongly. Nobody may be signed in afterwards, not even after a reload. */
async function expectRefused(answering: OpenIdProvider['answering'], sentence: string): Promise<void> {
  it.known.provider.answering = answering;
  await it.page.goto(it.url);
  await it.signIn();
  await it.told(sentence);
  expect(it.page.url()).not.toContain('code');
  await it.page.reload();
  await it.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  expect(it.api.requests).toEqual([]);
}

const anHourAgo = () => Math.floor(Date.now() / 1000) - 3600;

test.each<[string, () => NonNullable<OpenIdProvider['answering']['claims']>]>([
  ['of another issuer', () => ({ iss: 'https://issuer.example.com' })],
  ['for another client', () => ({ aud: 'another-client' })],
  ['for several clients that names none as the authorized party', () => ({ aud: ['video-deletion-page', 'b'] })],
  ['for another sign-in', () => ({ nonce: 'of-another-sign-in' })],
  ['without a nonce', () => ({ nonce: undefined })],
  ['that has expired', () => ({ iat: anHourAgo() - 60, exp: anHourAgo() })],
  ['that never expires', () => ({ exp: undefined })],
  ['of nobody', () => ({ sub: undefined })],
])('an ID token %s signs nobody in', async (_what, claims) => {
  await expectRefused({ claims: claims() }, FAILED);
  expect(it.known.provider.exchanges).toEqual([200]);
});

test('a token response without an ID token signs nobody in', async () => {
  await expectRefused({ withoutIdToken: true }, FAILED);
  expect(it.known.provider.exchanges).toEqual([200]);
});

test.each<[string, OpenIdProvider['answering']]>([
  ['a code with another state', { state: 'of-somebody-else' }],
  ['a refusal with another state', { state: 'of-somebody-else', error: 'access_denied' }],
  ['a code from another issuer', { iss: 'https://issuer.example.com' }],
])('%s signs nobody in, and the code is not used', async (_what, answering) => {
  await expectRefused(answering, NOT_OURS);
  expect(it.known.provider.exchanges).toEqual([]);
});

test('the page sends no request to a provider without TLS on another machine', async () => {
  const issuer = 'http://login.example.com';
  const asked: string[] = [];
  it.page.on('request', (request) => asked.push(request.url()));
  await it.configure({ signIn: { issuer, clientId: it.known.provider.clientId } });
  await it.page.goto(it.url);
  await it.signIn();
  await it.told(FAILED);
  expect(asked.filter((address) => address.startsWith(issuer))).toEqual([]);
});
