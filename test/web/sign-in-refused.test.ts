import type { Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { TITLE } from '../support/page.ts';
import { usePageWithProvider } from '../support/page-with-provider.ts';

const it = usePageWithProvider();

test('an answer with another state is not used', async () => {
  it.known.provider.answering = { state: 'of-somebody-else' };
  await it.page.goto(it.url);
  await it.signIn();
  await it.told('This answer does not belong to a sign-in that you started here, so it was not used.');
  expect(it.known.provider.exchanges).toEqual([]);
  expect(it.page.url()).not.toContain('code');
  await it.expectAccessible('sign-in-refused');
  it.known.provider.answering = {};
  await it.signIn();
  await it.card(TITLE).waitFor();
  expect(it.known.provider.exchanges).toEqual([200]);
});

test('an answer without a sign-in in this tab is not used', async () => {
  await it.page.goto(`${it.url}/?code=stolen&state=made-up`);
  await it.told('This answer does not belong to a sign-in that you started here');
  expect(it.known.provider.exchanges).toEqual([]);
});

test("the provider's refusal is reported, in German too", async () => {
  it.known.provider.answering = { error: 'access_denied' };
  await it.page.goto(`${it.url}/#/console`);
  await it.signIn();
  await it.told('The sign-in was declined.');
  expect(it.page.url()).toBe(`${it.url}/#/console`);
  await it.page.getByRole('button', { name: 'DE', exact: true }).click();
  await it.told('Die Anmeldung wurde abgelehnt.');
  expect(it.known.provider.exchanges).toEqual([]);
});

const guessing = async (request: Route) => {
  const form = new URLSearchParams(request.request().postData() ?? '');
  form.set('code_verifier', 'guessed');
  await request.continue({ postData: form.toString() });
};

test.each<[string, string, (request: Route) => Promise<void>, string, string]>([
  [
    'a provider that does not answer',
    '**/.well-known/*',
    (request) => request.abort(),
    'The sign-in service cannot be reached.',
    'ERR_FAILED',
  ],
  ['a wrong code verifier', '**/token', guessing, 'The sign-in did not succeed. Try again.', 'status of 400'],
  [
    'an account that the service refuses',
    '**/api/v1/deletions?*',
    (request) => request.fulfill({ status: 403, json: {} }),
    'This account may not use this page.',
    'status of 403',
  ],
])('%s is reported', async (_what, address, answer, sentence, report) => {
  await it.page.route(address, answer);
  await it.page.goto(it.url);
  await it.signIn();
  await it.told(sentence);
  it.expectOnlyReportsOf(report);
});

test('a deployment without a sign-in is reported', async () => {
  await it.configure({});
  await it.page.route('**/local/accounts', (request) => request.fulfill({ status: 403, body: '<Error/>' }));
  await it.page.goto(it.url);
  await it.told('No sign-in has been set up for this page.');
  await it.expectAccessible('sign-in-none');
  it.expectOnlyReportsOf('status of 403');
});
