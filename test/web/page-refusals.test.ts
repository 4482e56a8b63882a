import { expect, test } from 'vitest';
import { VIDEOS } from '../support/canned-api.ts';
import { TITLE, usePage } from '../support/page.ts';

const it = usePage();

/** The browser itself reports every answer that is an error. Takes these reports out; nothing else may be reported. */
function expectOnlyReportsOf(what: string) {
  expect(it.complaints.splice(0)).toEqual([expect.stringContaining(what)]);
}

const problem = (status: number, title: string, detail?: string) => ({ type: 'about:blank', title, status, detail });

test.each([
  [403, problem(403, 'Forbidden', 'Not yours, says the test.'), 'Not yours, says the test.'],
  [503, problem(503, 'Service Unavailable'), 'The service is busy. Try again in a moment.'],
  [429, { message: 'Too Many Requests' }, 'Too many requests. Wait a moment.'],
])('a refusal with %i brings the card back and says why', async (status, body, why) => {
  it.api.refuseWith(status, body, 'message' in body ? 'application/json' : undefined);
  await it.open();
  await it.deleteFirst();
  await it.card(TITLE).getByText(`This video was not deleted. ${why}`).waitFor();
  expect(await it.titles()).toEqual(VIDEOS.map(({ title }) => title));
  expect(await it.toast().count()).toBe(0);
  await it.screenshot(`refused-${status}`);
  expectOnlyReportsOf(`status of ${status}`);
});

test('a server that is gone brings the card back and says so', async () => {
  await it.open();
  await it.page.route('**/api/v1/videos/*', (request) => request.abort());
  await it.deleteFirst();
  await it.card(TITLE).getByText('The server cannot be reached.').waitFor();
  expectOnlyReportsOf('ERR_FAILED');
});

test('an undo that comes too late is said so, and the deletion goes on', async () => {
  await it.open();
  await it.page.route('**/deletion/undo', (request) => request.fulfill({ status: 409, json: { message: 'Conflict' } }));
  await it.deleteFirst();
  await it.toast().getByRole('button', { name: /^Undo/ }).click();
  await it.toast().getByText('It could not be undone. It is too late for that.').waitFor();
  expect(await it.titles()).not.toContain(TITLE);
  expectOnlyReportsOf('status of 409');
});

test('a list that cannot be loaded can be asked for again', async () => {
  await it.page.route('**/users/me/videos?*', (request) => request.fulfill({ status: 500, json: {} }));
  await it.page.goto(`${it.url}/?as=ada`);
  await it.page.getByText('Your videos could not be loaded. Something went wrong on our side.').waitFor();
  await it.page.unrouteAll();
  await it.page.getByRole('button', { name: 'Try again' }).click();
  await it.card(TITLE).waitFor();
  expectOnlyReportsOf('status of 500');
});

test('a token that no longer holds leads back to the sign-in', async () => {
  await it.open();
  await it.page.route('**/api/v1/videos/*', (request) => request.fulfill({ status: 401, json: {} }));
  await it.deleteFirst();
  await it.page.getByText('Your sign-in has ended. Sign in again.').waitFor();
  expectOnlyReportsOf('status of 401');
});

test('an account that is not there is said so', async () => {
  await it.page.goto(`${it.url}/?as=nobody`);
  await it.page.getByText('There is no account called nobody.').waitFor();
});
