import { expect, test, vi } from 'vitest';
import { cannedVideo, VIDEOS } from '../support/canned-videos.ts';
import { TITLE, usePage } from '../support/page.ts';
import { PATIENCE } from '../support/patience.ts';

const [FIRST = ''] = VIDEOS.map(({ id }) => id);
const it = usePage();

const button = (name: string | RegExp) => it.page.getByRole('button', { name });
const undoButton = () => it.message().getByRole('button', { name: /^Undo/ });

test('shows what it asks about: Cancel is the default, the focus stays inside, and Escape cancels', async () => {
  await it.open();
  const ask = button(`Delete ${TITLE}`);
  await ask.press('Enter');
  const dialog = it.page.getByRole('dialog', { name: 'Delete this video?' });
  await dialog.waitFor();
  for (const said of [TITLE, '0:13', 'Nov 20, 2026', 'You can undo this for 10 seconds.', 'You get a receipt.'])
    expect(await dialog.textContent()).toContain(said);
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
  expect(it.api.requests.filter((request) => request.startsWith('DELETE'))).toEqual([]);
});

test('a double click on Delete asks once, and reaches nothing behind the dialog', async () => {
  await it.open();
  await button(`Delete ${TITLE}`).click();
  await it.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).dblclick();
  await it.page.getByRole('dialog').waitFor({ state: 'detached' });
  await it.message().waitFor();
  expect(it.api.requests.filter((request) => request.startsWith('DELETE'))).toEqual([`DELETE /api/v1/videos/${FIRST}`]);
  expect(await it.page.getByRole('dialog').count()).toBe(0);
});

test('a long window is named by its end, with whether the link still plays', async () => {
  for (const [playableWhileWaiting, sentence] of [
    [false, 'Until then nobody can watch it, not even with the link.'],
    [true, 'Until then, anybody who has the link can still watch it.'],
  ] as const) {
    const json = { undoSeconds: 30 * 86_400, playableWhileWaiting };
    await it.page.route('**/config.json', (request) => request.fulfill({ json }));
    await it.open();
    await button(`Delete ${TITLE}`).click();
    const dialog = it.page.getByRole('dialog');
    await dialog.getByText(sentence).waitFor();
    expect(await dialog.textContent()).toMatch(/You can restore it until \w+ \d+, 20\d\d at/);
    await it.expectAccessible(`confirm-long-${playableWhileWaiting}`);
    await it.page.unrouteAll();
    await it.page.goto('about:blank');
  }
});

test('deletes a video: card and figures change at once, and a slow answer is said', async () => {
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
  await it.message().getByText('Deleting the video…').waitFor();
  await it.expectAccessible('message-slow');
  answer.resolve();

  await it.message().getByText('Moved to Recently deleted').waitFor();
  await it
    .message()
    .getByText(/^Can be undone for \d+ seconds$/)
    .waitFor();
  expect(await it.page.locator('.deletion-message').getByRole('status').textContent()).toBe(
    'Moved to Recently deleted. Press Control Z to undo',
  );
  await it.expectAccessible('message-moved');
  it.api.deletions.move(FIRST, 'deleted');
  await it.message().getByText('Deleted everywhere').waitFor();
  await it.expectAccessible('message-deleted');
});

test('the receipt of a deletion is verified and can be downloaded', async () => {
  await it.open();
  await it.deleteNamed();
  await it.message().waitFor();
  it.api.deletions.move(FIRST, 'deleted');
  await it.message().getByRole('button', { name: 'Receipt' }).click();
  const receipt = it.page.getByRole('dialog', { name: 'Receipt' });
  await receipt.getByText('Signed by this service and unchanged.').waitFor();
  await receipt.getByText('Content of the receipt').click();
  expect(await receipt.textContent()).toContain(`"sub": "${FIRST}"`);
  await it.expectAccessible('receipt');
  const download = it.page.waitForEvent('download');
  await receipt.getByRole('link', { name: 'Download' }).click();
  expect((await download).suggestedFilename()).toBe(`receipt-${FIRST}.jws`);
  await it.page.keyboard.press('Escape');
  expect(await it.focused()).toBe('Receipt');
});

test.each(['click', 'key'] as const)('undo by %s brings the card, the figures and the focus back', async (by) => {
  await it.open();
  await it.deleteNamed();
  await undoButton().waitFor();
  if (by === 'click') await undoButton().click();
  else await it.page.keyboard.press('Control+z');
  await it.card(TITLE).waitFor();
  expect(await it.titles()).toEqual(VIDEOS.map(({ title }) => title));
  await it.message().getByText('The video is back').waitFor();
  await vi.waitFor(async () => expect(await it.focused()).toBe(`Delete ${TITLE}`), PATIENCE);
  expect(await it.figures()).toEqual(['3', '6', '6,000']);
  expect(it.api.requests).toContain(`POST /api/v1/videos/${FIRST}/deletion/undo`);
});

test('Control Z in the search is the field’s own', async () => {
  await it.open();
  await it.deleteNamed();
  await undoButton().waitFor();
  await it.page.getByRole('searchbox').press('Control+z');
  await it.page.getByRole('searchbox').fill('roof');
  expect(it.api.requests.filter((request) => request.endsWith('/undo'))).toEqual([]);
});

test('an undo that comes too late is reported, and the deletion goes on', async () => {
  await it.open();
  await it.page.route('**/deletion/undo', (request) => request.fulfill({ status: 409, json: { message: 'Conflict' } }));
  await it.deleteNamed();
  await undoButton().click();
  await it.message().getByText('The video could not be restored').waitFor();
  await it.message().getByText('The deletion has already started').waitFor();
  expect(await it.titles()).not.toContain(TITLE);
  await it.expectAccessible('message-too-late');
  it.expectOnlyReportsOf('status of 409');
});

test('the message is put away with Escape, and the focus goes to the card that took the place', async () => {
  await it.open();
  await it.deleteNamed();
  await it.message().waitFor();
  expect(await it.focused()).toBe('Moved to Recently deleted');
  await it.page.keyboard.press('Escape');
  await it.message().waitFor({ state: 'detached' });
  expect(await it.page.locator(':focus').getAttribute('data-video')).toBe(VIDEOS[1]?.id);
});

test('the message goes by itself, but not while it is pointed at', async () => {
  await it.page.clock.install();
  await it.open();
  await it.deleteNamed();
  await it.message().waitFor();
  it.api.deletions.move(FIRST, 'running');
  await it.message().hover();
  await it.page.clock.runFor(60_000);
  expect(await it.message().count()).toBe(1);
  await it.page.getByRole('heading', { level: 1 }).hover();
  await it.page.getByRole('heading', { level: 1 }).focus();
  await it.page.clock.runFor(60_000);
  await it.message().waitFor({ state: 'detached' });
});

test('a deletion and its undo work with the keyboard alone', async () => {
  await it.open();
  const tabTo = async (name: string | RegExp) => {
    for (let presses = 0; ; presses++) {
      const focused = await it.focused().catch(() => '');
      if (typeof name === 'string' ? focused === name : name.test(focused ?? '')) return;
      if (presses > 30) throw new Error(`No way leads to ${name}`);
      await it.page.keyboard.press('Tab');
    }
  };
  await it.page.locator('body').press('Tab');
  await tabTo(`Delete ${TITLE}`);
  await it.page.keyboard.press('Enter');
  await tabTo('Delete');
  await it.page.keyboard.press('Enter');
  await it.message().waitFor();
  await vi.waitFor(async () => expect(await it.focused()).toBe('Moved to Recently deleted'), PATIENCE);
  await it.page.keyboard.press('Tab');
  expect(await it.focused()).toMatch(/^Undo/);
  await it.page.keyboard.press('Space');
  await it.card(TITLE).waitFor();
});

test('on a phone, the dialog is a sheet, and the message covers a corner only', async () => {
  const phone = await it.browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    colorScheme: 'dark',
  });
  it.page = await it.another(phone);
  for (const position of [4, 5, 6]) it.api.videos.push(cannedVideo(position, `Clip ${position}`));
  await it.open();
  await button(`Delete ${TITLE}`).tap();
  await vi.waitFor(async () => {
    const sheet = await it.page.getByRole('dialog').boundingBox();
    expect((sheet?.y ?? 0) + (sheet?.height ?? 0)).toBeCloseTo(844, 0);
  }, PATIENCE);
  await it.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).tap();
  await it.message().waitFor();
  const box = await it.message().boundingBox();
  expect(box?.height).toBeLessThanOrEqual(844 / 4);
  await it.page.screenshot({ path: 'test-results/phone-message.png' });
});

test('100 deleted together are taken back in one request, which the service judges by its arrival', async () => {
  for (let position = 4; position <= 103; position += 1) it.api.videos.push(cannedVideo(position, `Clip ${position}`));
  it.api.pageSize = 200;
  it.api.deletions.window.seconds = 600;
  await it.page.route('**/api/v1/**', async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    await request.continue();
  });
  await it.open();
  await it.page.getByRole('button', { name: 'Select', exact: true }).click();
  await it.page.getByRole('button', { name: /^Select all/ }).click();
  for (const { title } of VIDEOS) await it.page.getByRole('checkbox', { name: `Select ${title}` }).uncheck();
  await it.page.getByText('100 selected').waitFor();
  await it.page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
  await it.page.getByRole('dialog').getByRole('button', { name: 'Delete 100 videos' }).click();
  await it.message().getByRole('button', { name: 'Undo all 100' }).click();
  await it.message().getByText('100 videos are back').waitFor();
  expect(await it.titles()).toHaveLength(103);
  expect(it.api.requests.filter((request) => request.includes('undo'))).toEqual(['POST /api/v1/deletions/undo']);
});

test('a deletion that is undone elsewhere is no failure of this tab', async () => {
  await it.open();
  await it.deleteNamed();
  await it.message().getByText('Moved to Recently deleted').waitFor();
  it.api.deletions.move(FIRST, 'cancelled');
  await it.card(TITLE).waitFor();
  await it.message().waitFor({ state: 'detached' });
});

test('a request that fails after its message was put away is told, and does not touch a later one', async () => {
  await it.open();
  const answer = Promise.withResolvers<void>();
  await it.page.route(`**/videos/${FIRST}`, async (request) => {
    await answer.promise;
    await request.fulfill({ status: 403, json: {} });
  });
  await it.deleteNamed();
  await it.message().getByText('Deleting the video…').waitFor();
  await it.message().getByRole('button', { name: 'Dismiss' }).click();
  await it.deleteNamed(VIDEOS[1]?.title);
  await it.message().getByText('Moved to Recently deleted').waitFor();
  answer.resolve();
  await it.message().getByText('The video was not deleted').waitFor();
  await it.card(TITLE).getByText('You do not have permission for this.').waitFor();
  expect(await it.titles()).not.toContain(VIDEOS[1]?.title);
  it.expectOnlyReportsOf('status of 403');
});

test('Control Z reaches nothing behind an open dialog', async () => {
  await it.open();
  await it.deleteNamed();
  await undoButton().waitFor();
  await button(`Delete ${VIDEOS[1]?.title}`).click();
  await it.page.getByRole('dialog').waitFor();
  await it.page.keyboard.press('Control+z');
  await it.page.keyboard.press('Escape');
  await it.page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(it.api.deletions.stateOf(FIRST)).toBe('pending');
});

test('an undo that could not be carried out for some says that they still wait, and why', async () => {
  await it.open();
  for (const { id } of VIDEOS) it.api.deletions.move(id, 'pending');
  await it.page.goto(`${it.url}/?as=ada#/deleted`);
  await it.page.route('**/deletions/undo', async (request) => {
    it.api.deletions.move(FIRST, 'cancelled');
    const results = VIDEOS.map(({ id: videoId }) =>
      videoId === FIRST
        ? { videoId, status: 200, deletion: it.api.deletions.view(videoId, false) }
        : { videoId, status: 503 },
    );
    await request.fulfill({ json: { results } });
  });
  await it.page.getByRole('button', { name: 'Restore all 3' }).click();
  await it.message().getByText('1 of 3 videos are back').waitFor();
  await it.message().getByText('2 are still in Recently deleted. The service is busy.').waitFor();
});

test('without a time to undo, a video is said to be deleted, and not to be in a place from where it can come back', async () => {
  it.api.deletions.window.seconds = 0;
  await it.open();
  await button(`Delete ${TITLE}`).click();
  await it.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await it.message().getByText('The video is being deleted').waitFor();
  expect(await undoButton().count()).toBe(0);
});
