import { expect, test } from 'vitest';
import { ADMIN } from '../support/canned-deletions.ts';
import { OWNER, VIDEOS } from '../support/canned-videos.ts';
import { TITLE } from '../support/page.ts';
import { usePageWithProvider } from '../support/page-with-provider.ts';

const it = usePageWithProvider();

/** Everything that the browser stores for the page. */
const kept = () => it.page.evaluate('JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie])');

test('signs in at the provider, and shows the profile with the access token', async () => {
  const tokens = new Set<string | undefined>();
  it.page.on('request', (request) => {
    if (request.url().includes('/api/')) tokens.add(request.headers().authorization?.split('.')[1]);
  });
  await it.page.goto(it.url);
  await it.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await it.expectAccessible('sign-in-provider');
  await it.signIn();
  await it.card(TITLE).waitFor();
  expect(it.page.url()).toBe(`${it.url}/#/`);
  const claims = [...tokens].map((token) => JSON.parse(Buffer.from(token ?? '', 'base64url').toString()));
  expect(claims).toMatchObject([{ sub: OWNER, aud: 'videos' }]);
  expect(await kept()).not.toMatch(/eyJ|verifier/);
  expect(await it.page.getByRole('link', { name: 'Console' }).count()).toBe(0);
  await it.page.getByRole('button', { name: `Delete ${TITLE}` }).click();
  await it.page.getByRole('dialog').getByText('30 seconds').waitFor();
  await it.expectAccessible('signed-in-provider');
});

test('signs in again after a reload, in the same place, until the user signs out', async () => {
  it.known.userId = ADMIN;
  await it.page.goto(`${it.url}/#/console`);
  await it.signIn();
  await it.page.getByRole('heading', { name: 'Deletions' }).waitFor();
  expect(it.page.url()).toBe(`${it.url}/#/console`);
  await it.page.reload();
  await it.page.getByRole('heading', { name: 'Deletions' }).waitFor();
  expect(it.known.provider.exchanges).toEqual([200, 200]);
  await it.inMenu('Sign out');
  await it.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  await expect.poll(() => it.known.provider.ended.length).toBe(1);
  expect(it.known.provider.ended[0]?.get('client_id')).toBe(it.known.provider.clientId);
  await it.page.reload();
  await it.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  expect(it.known.provider.exchanges).toEqual([200, 200]);
});

test('an expired sign-in leads to the provider and back to the same place', async () => {
  it.known.userId = ADMIN;
  it.api.deletions.move(VIDEOS[0]?.id ?? '', 'running');
  await it.page.goto(it.url);
  await it.signIn();
  await it.page.getByRole('link', { name: 'Console' }).click();
  await it.page.route('**/deletion', (request) => request.fulfill({ status: 401, json: { message: 'Unauthorized' } }));
  await it.page.goto(`${it.url}/#/console/${VIDEOS[0]?.id}`);
  const dialog = it.page.getByRole('dialog', { name: 'Your sign-in has ended' });
  await dialog.waitFor();
  await it.expectAccessible('sign-in-again-provider');
  it.expectOnlyReportsOf('status of 401');
  await it.page.unroute('**/deletion');
  await dialog.getByRole('button', { name: 'Sign in as ada' }).click();
  await it.page.getByText('Running').first().waitFor();
  expect(it.page.url()).toBe(`${it.url}/#/console/${VIDEOS[0]?.id}`);
  expect(it.known.provider.exchanges).toEqual([200, 200]);
});

test('asks the provider for a token of the API by name, where the environment says so', async () => {
  const { url: issuer, clientId } = it.known.provider;
  await it.configure({ signIn: { issuer, clientId, audience: 'https://api.example.com/' } });
  const asked = it.page.waitForRequest((request) => request.url().startsWith(`${issuer}/authorize`));
  await it.page.goto(it.url);
  await it.signIn();
  expect(new URL((await asked).url()).searchParams.get('audience')).toBe('https://api.example.com/');
  await it.card(TITLE).waitFor();
});
