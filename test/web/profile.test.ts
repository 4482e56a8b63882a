import { expect, test, vi } from 'vitest';
import { cannedVideo, VIDEOS } from '../support/canned-videos.ts';
import { LAST_TITLE, TITLE, usePage } from '../support/page.ts';
import { PATIENCE } from '../support/patience.ts';

const it = usePage();

test('signs in, shows the figures and the videos, and remembers the account', async () => {
  await it.page.goto(it.url);
  await it.page.getByRole('button', { name: 'ada' }).waitFor();
  expect(await it.page.title()).toBe('Sign in');
  await it.expectAccessible('sign-in');
  await it.page.getByRole('button', { name: 'ada' }).click();
  await it.card(TITLE).waitFor();
  expect(await it.page.title()).toBe('My videos');
  expect(await it.figures()).toEqual(['3', '6', '6,000']);
  expect(await it.titles()).toEqual(VIDEOS.map(({ title }) => title));
  expect(await it.card(TITLE).textContent()).toMatch(/0:13.*1K views · 1 like/);
  expect(await it.card(LAST_TITLE).textContent()).toMatch(/Processing.*3K views · 3 likes/);
  await it.expectAccessible('profile');
  await it.page.reload();
  await it.card(TITLE).waitFor();
  await it.inMenu('Sign out');
  await it.page.getByRole('button', { name: 'grace' }).waitFor();
});

test('an account that does not exist is reported', async () => {
  await it.page.goto(`${it.url}/?as=nobody`);
  await it.page.getByText('There is no account called nobody.').waitFor();
});

test('shows placeholders while the videos are loading, and a message if there are none', async () => {
  it.api.videos.length = 0;
  const answer = Promise.withResolvers<void>();
  await it.page.route('**/users/me/videos?*', async (request) => {
    await answer.promise;
    await request.continue();
  });
  await it.page.goto(`${it.url}/?as=ada`);
  await it.page.getByRole('status').filter({ hasText: 'Loading…' }).waitFor();
  await it.expectAccessible('loading');
  answer.resolve();
  await it.page.getByText('You have no videos yet').waitFor();
  expect(await it.figures()).toEqual(['0', '0', '0']);
  await it.expectAccessible('empty');
});

test('a list that could not be loaded can be loaded again', async () => {
  await it.page.route('**/users/me/videos?*', (request) => request.fulfill({ status: 500, json: {} }));
  await it.page.goto(`${it.url}/?as=ada`);
  await it.page.getByText('Your videos could not be loaded. Something went wrong on our side.').waitFor();
  await it.expectAccessible('load-failed');
  await it.page.unrouteAll();
  await it.page.getByRole('button', { name: 'Try again' }).click();
  await it.card(TITLE).waitFor();
  it.expectOnlyReportsOf('status of 500');
});

test('loads page after page, and repeats a page that failed', async () => {
  it.api.pageSize = 3;
  it.api.videos.push(cannedVideo(4, 'Night market'), cannedVideo(5, 'First snow'));
  await it.open();
  expect(await it.titles()).toHaveLength(3);
  await it.page.route('**/users/me/videos?*', (request) => request.abort());
  await it.page.getByRole('button', { name: 'Show more' }).click();
  await it.page.getByText('The server cannot be reached.').waitFor();
  expect(await it.titles()).toHaveLength(3);
  await it.page.unrouteAll();
  await it.page.getByRole('button', { name: 'Try again' }).click();
  await it.card('First snow').waitFor();
  expect(await it.titles()).toHaveLength(5);
  expect(await it.page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
  it.expectOnlyReportsOf('ERR_FAILED');
});

test('the player is loaded with the first video, and a message says if it cannot play', async () => {
  const fetched: string[] = [];
  it.page.on('request', (request) => fetched.push(request.url()));
  await it.open();
  expect(fetched.some((url) => url.includes('hls'))).toBe(false);
  await it.page.getByRole('button', { name: `Play ${TITLE}` }).click();
  await it.page.getByRole('dialog', { name: TITLE }).getByText('This video cannot be played.').waitFor();
  await vi.waitFor(() => expect(fetched.filter((url) => url.includes('hls'))).toHaveLength(1), PATIENCE);
  await it.expectAccessible('player');
  await it.page.getByRole('button', { name: 'Close' }).click();
  await it.page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await it.focused()).toBe(`Play ${TITLE}`);
});

test('the user can switch to German, and it stays German after a reload', async () => {
  await it.open();
  await it.inMenu('DE');
  await it.page.getByRole('heading', { name: 'Meine Videos' }).waitFor();
  await it.page.reload();
  await it.card(TITLE).waitFor();
  expect(await it.page.title()).toBe('Meine Videos');
  expect(await it.page.locator('html').getAttribute('lang')).toBe('de');
  expect(await it.figures()).toEqual(['3', '6', '6.000']);
  await it.page.getByRole('button', { name: `${TITLE} löschen` }).click();
  await it.page.getByRole('dialog', { name: 'Dieses Video löschen?' }).waitFor();
  await it.expectAccessible('german');
});

test('shows no animation to users who prefer reduced motion', async () => {
  await it.page.route('**/users/me/videos?*', () => undefined);
  await it.page.goto(`${it.url}/?as=ada`);
  const animations = () => it.page.evaluate('document.getAnimations().length');
  await vi.waitFor(async () => expect(await animations()).toBeGreaterThan(0), PATIENCE);
  await it.page.emulateMedia({ reducedMotion: 'reduce' });
  await vi.waitFor(async () => expect(await animations()).toBe(0), PATIENCE);
});

test('with every video in the bin, the page does not say that there has never been one', async () => {
  it.api.videos.length = 1;
  it.api.deletions.move(it.api.videos[0]?.id ?? '', 'pending');
  await it.page.goto(`${it.url}/?as=ada`);
  await it.page.getByText('No videos are left here').waitFor();
});
