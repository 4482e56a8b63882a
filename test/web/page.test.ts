import { expect, test, vi } from 'vitest';
import { VIDEOS } from '../support/canned-api.ts';
import { TITLE, usePage } from '../support/page.ts';

const [FIRST = '', SECOND = ''] = VIDEOS.map(({ id }) => id);
const it = usePage();

test('signs in, shows the figures and the videos, and remembers who it was', async () => {
  await it.page.goto(it.url);
  await it.page.getByRole('button', { name: 'ada' }).click();
  await it.card(TITLE).waitFor();
  expect(await it.page.getByRole('definition').allTextContents()).toEqual(['3', '9', '9,300']);
  expect(await it.titles()).toEqual(VIDEOS.map(({ title }) => title));
  expect(await it.card('Rooftop garden').textContent()).toContain('Processing');
  await it.page.reload();
  await it.card(TITLE).waitFor();
  await it.screenshot('profile');
  await it.page.getByRole('button', { name: 'Sign out' }).click();
  await it.page.getByRole('button', { name: 'grace' }).waitFor();
});

test('asks before it deletes: Cancel has the focus, Escape leaves everything as it was', async () => {
  await it.open();
  const button = it.page.getByRole('button', { name: `Delete ${TITLE}` });
  await button.press('Enter');
  const dialog = it.page.getByRole('dialog', { name: `Delete “${TITLE}”?` });
  await dialog.waitFor();
  await it.screenshot('confirm');
  expect(await dialog.locator(':focus').textContent()).toBe('Cancel');
  await it.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await it.page.locator(':focus').getAttribute('aria-label')).toBe(`Delete ${TITLE}`);
  await button.click();
  await it.page.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(it.api.requests.filter((request) => request.startsWith('DELETE'))).toEqual([]);
});

test('deletes: the card goes at once, the steps follow, and the receipt can be read', async () => {
  await it.open();
  await it.deleteFirst();
  await it.card(TITLE).waitFor({ state: 'detached' });
  await it.toast().getByText(`“${TITLE}” has been removed.`).waitFor();
  expect(await it.page.getByRole('status').textContent()).toBe(`“${TITLE}” has been removed.`);
  await it
    .toast()
    .getByRole('button', { name: /^Undo \(\d+\)$/ })
    .waitFor();
  expect(it.api.requests).toContain(`DELETE /api/v1/videos/${FIRST}`);
  await it.page.getByRole('definition').getByText('2', { exact: true }).waitFor();
  await it.screenshot('undo');

  it.api.states.set(FIRST, 'running');
  await it.toast().getByText('Delete its files').waitFor();
  expect(await it.toast().getByRole('button', { name: /^Undo/ }).count()).toBe(0);
  await it.screenshot('steps');

  it.api.states.set(FIRST, 'deleted');
  await it.toast().getByText(`“${TITLE}” has been deleted everywhere.`).waitFor();
  await it.toast().getByRole('button', { name: 'View receipt' }).click();
  await it.page.getByRole('dialog', { name: 'Receipt' }).getByText('"deleted": "Tide pools, gelöscht"').waitFor();
  await it.screenshot('receipt');
  await it.page.keyboard.press('Escape');
  await it.toast().getByRole('button', { name: 'Dismiss' }).click();
  await it.toast().waitFor({ state: 'detached' });
});

test('undo brings the card back to its place', async () => {
  await it.open();
  await it.deleteFirst();
  await it.toast().getByRole('button', { name: /^Undo/ }).click();
  await it.card(TITLE).getByText(`“${TITLE}” is back.`).waitFor();
  expect(await it.titles()).toEqual(VIDEOS.map(({ title }) => title));
  expect(await it.toast().count()).toBe(0);
  expect(it.api.requests).toContain(`POST /api/v1/videos/${FIRST}/deletion/undo`);
});

test.each([
  ['running', 'is being deleted.'],
  ['failed', 'has stopped. It stays hidden'],
  ['held', 'must be kept for now'],
])('a deletion that was %s before the page was opened shows', async (state, sentence) => {
  it.api.states.set(SECOND, state);
  await it.open();
  await it.toast().getByText(sentence).waitFor();
  expect(await it.titles()).toEqual([TITLE, 'Rooftop garden']);
  await it.screenshot(state);
});

test('the player is fetched with the first video that is played, and says when it cannot', async () => {
  const fetched: string[] = [];
  it.page.on('request', (request) => fetched.push(request.url()));
  await it.open();
  expect(fetched.some((url) => url.includes('hls'))).toBe(false);
  await it.page.getByRole('button', { name: `Play ${TITLE}` }).click();
  await it.page.getByRole('dialog', { name: TITLE }).getByText('This video cannot be played.').waitFor();
  await vi.waitFor(() => expect(fetched.filter((url) => url.includes('hls'))).toHaveLength(1));
  await it.page.getByRole('button', { name: 'Close' }).click();
  await it.page.getByRole('dialog').waitFor({ state: 'detached' });
});
