import { expect, test, vi } from 'vitest';
import { cannedVideo, VIDEOS } from '../support/canned-videos.ts';
import { LAST_TITLE, TITLE, usePage } from '../support/page.ts';
import { PATIENCE } from '../support/patience.ts';

const [FIRST = '', SECOND = ''] = VIDEOS.map(({ id }) => id);
const it = usePage();

const button = (name: string | RegExp) => it.page.getByRole('button', { name });

test('asks before it deletes: Cancel is the default, the focus stays inside, and Escape cancels', async () => {
  await it.open();
  const ask = button(`Delete ${TITLE}`);
  await ask.press('Enter');
  const dialog = it.page.getByRole('dialog', { name: `Delete “${TITLE}”?` });
  await dialog.waitFor();
  expect(await dialog.textContent()).toContain('This deletes its files, likes, views and links everywhere.');
  expect(await dialog.textContent()).toContain('You can undo this for 10 seconds.');
  await it.expectAccessible('confirm');
  expect(await it.focused()).toBe('Cancel');
  for (const _ of [1, 2, 3, 4]) {
    await it.page.keyboard.press('Tab');
    expect(await it.page.locator('main :focus, header :focus').count()).toBe(0);
  }
  await it.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await it.focused()).toBe(`Delete ${TITLE}`);
  await ask.press('Enter');
  await it.page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  expect(await it.focused()).toBe(`Delete ${TITLE}`);
  expect(it.api.requests.filter((request) => request.startsWith('DELETE'))).toEqual([]);
});

test('deletes a video: card and figures change at once, and the steps can be opened', async () => {
  await it.open();
  const answer = Promise.withResolvers<void>();
  await it.page.route(`**/videos/${FIRST}`, async (request) => {
    await answer.promise;
    await request.continue();
  });
  await it.deleteNamed();
  await it.card(TITLE).waitFor({ state: 'detached' });
  expect(await it.figures()).toEqual(['2', '5', '5,000']);
  expect(it.api.requests).not.toContain(`DELETE /api/v1/videos/${FIRST}`);
  expect(await it.focused()).toBe(`Delete ${VIDEOS[1]?.title}`);
  answer.resolve();

  await it.toast().getByText(`“${TITLE}” is hidden and will be deleted.`).waitFor();
  expect(await it.page.getByRole('status').textContent()).toBe(`“${TITLE}” is hidden and will be deleted.`);
  await it
    .toast()
    .getByText(/^\d+ seconds left$/)
    .waitFor();
  expect(await it.figures()).toEqual(['2', '5', '5,000']);
  await it.expectAccessible('toast-pending');

  it.api.deletions.move(FIRST, 'running');
  await it.toast().getByText('Deleting…').click();
  await it.toast().getByText('Delete its files').waitFor();
  expect(await it.toast().getByRole('button', { name: /^Undo/ }).count()).toBe(0);
  await it.expectAccessible('toast-running');

  it.api.deletions.move(FIRST, 'deleted');
  await it.toast().getByText(`“${TITLE}” has been deleted everywhere.`).waitFor();
  await it.toast().getByText('What was done').waitFor();
  await it.expectAccessible('toast-deleted');
});

test('the receipt of a deletion is verified and can be downloaded', async () => {
  await it.open();
  await it.deleteNamed();
  await it.toast().waitFor();
  it.api.deletions.move(FIRST, 'deleted');
  await it.toast().getByRole('button', { name: 'View receipt' }).click();
  const receipt = it.page.getByRole('dialog', { name: 'Receipt' });
  await receipt.getByText('Signed by this service and unchanged.').waitFor();
  expect(await receipt.textContent()).toContain(`"sub": "${FIRST}"`);
  await it.expectAccessible('receipt');
  const download = it.page.waitForEvent('download');
  await receipt.getByRole('link', { name: 'Download' }).click();
  expect((await download).suggestedFilename()).toBe(`receipt-${FIRST}.jws`);
  await it.page.keyboard.press('Escape');
  expect(await it.focused()).toBe('View receipt');
  await it.toast().getByRole('button', { name: 'Dismiss' }).click();
  await it.toast().waitFor({ state: 'detached' });
});

test('undo brings the card, the figures and the focus back', async () => {
  await it.open();
  await it.deleteNamed();
  await it.toast().getByRole('button', { name: /^Undo/ }).click();
  await it.card(TITLE).waitFor();
  expect(await it.titles()).toEqual(VIDEOS.map(({ title }) => title));
  await it.toast().waitFor({ state: 'detached' });
  await vi.waitFor(async () => expect(await it.focused()).toBe(`Delete ${TITLE}`), PATIENCE);
  expect(await it.figures()).toEqual(['3', '6', '6,000']);
  expect(it.api.requests).toContain(`POST /api/v1/videos/${FIRST}/deletion/undo`);
});

test('an undo that comes too late is reported, and the deletion goes on', async () => {
  await it.open();
  await it.page.route('**/deletion/undo', (request) => request.fulfill({ status: 409, json: { message: 'Conflict' } }));
  await it.deleteNamed();
  await it.toast().getByRole('button', { name: /^Undo/ }).click();
  await it
    .toast()
    .getByText('The deletion could not be undone. The deletion has already started, or an admin has requested it, too.')
    .waitFor();
  expect(await it.titles()).not.toContain(TITLE);
  await it.expectAccessible('toast-undo-failed');
  it.expectOnlyReportsOf('status of 409');
});

test('when the time to undo is over, the message takes the focus of its button', async () => {
  await it.page.clock.install();
  await it.open();
  await it.deleteNamed();
  await it.toast().getByRole('button', { name: /^Undo/ }).focus();
  await it.page.clock.fastForward(12_000);
  await it.toast().getByRole('button', { name: /^Undo/ }).waitFor({ state: 'detached' });
  expect(await it.focused()).toBe(TITLE);
});

test.each([
  ['settling', 'We verify that once more before we confirm it.'],
  ['failed', 'has stopped because of an error. The video stays hidden.'],
  ['held', 'must be kept for now'],
] as const)('a deletion that was %s before the page was opened shows', async (state, sentence) => {
  it.api.deletions.move(SECOND, state);
  await it.open();
  await it.toast(VIDEOS[1]?.title).getByText(sentence).waitFor();
  expect(await it.titles()).toEqual([TITLE, LAST_TITLE]);
  await it.expectAccessible(`toast-${state}`);
});

test('a dismissed message does not return after a reload, unless there is news', async () => {
  it.api.deletions.move(SECOND, 'failed');
  await it.open();
  await it.toast(VIDEOS[1]?.title).getByRole('button', { name: 'Dismiss' }).click();
  await it.page.reload();
  await it.card(TITLE).waitFor();
  await it.page.waitForLoadState('networkidle');
  expect(await it.toast().count()).toBe(0);
  it.api.deletions.move(SECOND, 'settling');
  await it.page.reload();
  await it.toast(VIDEOS[1]?.title).getByText('We verify that once more').waitFor();
});

test('a deletion and its undo work with the keyboard alone', async () => {
  await it.open();
  const tabTo = async (name: string) => {
    for (let presses = 0; (await it.focused().catch(() => '')) !== name; presses++) {
      if (presses > 30) throw new Error(`No way leads to ${name}`);
      await it.page.keyboard.press('Tab');
    }
  };
  await it.page.locator('body').press('Tab');
  await tabTo(`Delete ${TITLE}`);
  await it.page.keyboard.press('Enter');
  await tabTo('Delete');
  await it.page.keyboard.press('Enter');
  await it.toast().waitFor();
  await tabTo(`Undo the deletion of ${TITLE}`);
  await it.page.keyboard.press('Space');
  await it.card(TITLE).waitFor();
});

test('on a phone, a card’s menu opens beside its button, and messages cover nothing for good', async () => {
  const phone = await it.browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    colorScheme: 'dark',
  });
  it.page = await it.another(phone);
  for (const position of [4, 5, 6]) it.api.videos.push(cannedVideo(position, `Clip ${position}`));
  await it.open();
  expect(await button(`Delete ${LAST_TITLE}`).count()).toBe(0);
  const more = button(`More actions for ${LAST_TITLE}`);
  await more.tap();
  const remove = button(`Delete ${LAST_TITLE}`);
  const [menu, anchor] = [await remove.boundingBox(), await more.boundingBox()];
  expect(Math.abs((menu?.y ?? 0) - (anchor?.y ?? 0))).toBeLessThan(120);
  await it.page.screenshot({ path: 'test-results/card-menu.png' });
  await remove.tap();
  await it.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).tap();
  await it.toast(LAST_TITLE).waitFor();
  await it.page.evaluate('scrollTo(0, document.body.scrollHeight)');
  const last = await it.page.locator('.card').last().boundingBox();
  const toast = await it.toast(LAST_TITLE).boundingBox();
  expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(toast?.y ?? 0);
});
