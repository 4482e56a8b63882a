import { expect, test, vi } from 'vitest';
import { cannedVideo, VIDEOS } from '../support/canned-videos.ts';
import { LAST_TITLE, TITLE, usePage } from '../support/page.ts';
import { PATIENCE } from '../support/patience.ts';

const [FIRST = '', SECOND = '', THIRD = ''] = VIDEOS.map(({ id }) => id);
const it = usePage();

/** Selects the first and the last video and opens the confirmation. */
async function deleteTwo(): Promise<void> {
  await it.page.getByRole('button', { name: 'Select', exact: true }).click();
  await it.page.getByRole('checkbox', { name: `Select ${TITLE}` }).check();
  await it.page.getByRole('checkbox', { name: `Select ${LAST_TITLE}` }).press('Space');
  await it.page.getByText('2 selected').waitFor();
  await it.page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
  await it.page.getByRole('dialog', { name: 'Delete 2 videos?' }).waitFor();
}
const confirm = () => it.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();

test('deletes several videos together: one confirmation that names them, one request, a result for each', async () => {
  await it.open();
  await deleteTwo();
  await it.page.getByText('Show all 2').click();
  const list = it.page.getByRole('list', { name: 'Videos to be deleted' });
  expect(await list.getByRole('listitem').allTextContents()).toEqual([TITLE, LAST_TITLE]);
  await it.expectAccessible('confirm-several');
  await confirm();
  await vi.waitFor(async () => expect(await it.titles()).toEqual([VIDEOS[1]?.title]), PATIENCE);
  await vi.waitFor(async () => expect(await it.figures()).toEqual(['1', '2', '2,000']), PATIENCE);
  await it.message().getByText('2 videos moved to Recently deleted').waitFor();
  expect(it.api.requests.filter((request) => /^(POST|DELETE)/.test(request))).toEqual(['POST /api/v1/deletions']);
  await vi.waitFor(async () => expect(await it.focused()).toBe('2 videos moved to Recently deleted'), PATIENCE);
  await it.expectAccessible('message-several');
  await it.message().getByRole('button', { name: 'Undo all 2' }).click();
  await it.message().getByText('2 videos are back').waitFor();
  expect(it.api.requests.filter((request) => request.startsWith('POST'))).toEqual([
    'POST /api/v1/deletions',
    'POST /api/v1/deletions/undo',
  ]);
  const all = VIDEOS.map(({ title }) => title);
  await vi.waitFor(async () => expect(await it.titles()).toEqual(all), PATIENCE);
});

test('one video that may not be deleted refuses all, and each card says why it is still there', async () => {
  await it.open();
  const errors = [{ videoId: THIRD, status: 403, detail: 'Only its owner or an admin may delete this video' }];
  await it.page.route('**/api/v1/deletions', (request) =>
    request.fulfill({ status: 403, contentType: 'application/problem+json', json: { status: 403, errors } }),
  );
  await deleteTwo();
  await confirm();
  await it.card(LAST_TITLE).getByText('You do not have permission for this.').waitFor();
  await it.card(TITLE).getByText('You may not delete one of the other selected videos').waitFor();
  expect(await it.titles()).toEqual(VIDEOS.map(({ title }) => title));
  await it.message().getByText('The 2 videos were not deleted').waitFor();
  await it.expectAccessible('message-refused');
  await it.message().getByRole('button', { name: 'Dismiss' }).click();
  await it.message().waitFor({ state: 'detached' });
  expect(await it.figures()).toEqual(['3', '6', '6,000']);
  it.expectOnlyReportsOf('status of 403');
});

test('accepted videos go, and refused videos come back', async () => {
  await it.open();
  await it.page.route('**/api/v1/deletions', async (request) => {
    it.api.deletions.move(FIRST, 'pending');
    const deletion = it.api.deletions.view(FIRST, false);
    await request.fulfill({
      status: 202,
      json: {
        results: [
          { videoId: FIRST, status: 202, deletion },
          { videoId: THIRD, status: 503 },
        ],
      },
    });
  });
  await deleteTwo();
  await confirm();
  await it.card(LAST_TITLE).getByText('The service is busy.').waitFor();
  expect(await it.titles()).toEqual([VIDEOS[1]?.title, LAST_TITLE]);
  await it.page.unrouteAll();
  await it.message().getByText('1 of 2 videos moved to Recently deleted').waitFor();
  await it.message().getByText('Show which').click();
  await it.expectAccessible('message-partly');
  await it.message().getByRole('button', { name: 'Try again' }).click();
  await it.message().getByText('Moved to Recently deleted').waitFor();
  await vi.waitFor(() => expect(it.api.deletions.stateOf(THIRD)).toBe('pending'), PATIENCE);
  expect(it.api.deletions.stateOf(SECOND)).toBeUndefined();
});

test('all videos can be selected at once', async () => {
  await it.open();
  await it.page.getByRole('button', { name: 'Select', exact: true }).click();
  await it.page.getByRole('button', { name: `Select all ${VIDEOS.length}` }).click();
  await it.page.getByText(`${VIDEOS.length} selected`).waitFor();
  expect(await it.page.getByRole('button', { name: 'Select all' }).count()).toBe(0);
  await it.page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
  await it.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await it.message().waitFor();
  expect(await it.titles()).toEqual([]);
});

test('cancelling the selection clears it', async () => {
  await it.open();
  await it.page.getByRole('button', { name: 'Select', exact: true }).click();
  await it.page.getByRole('checkbox', { name: `Select ${TITLE}` }).check();
  await it.expectAccessible('selection');
  await it.page.keyboard.press('Escape');
  await it.page.getByRole('button', { name: 'Select', exact: true }).click();
  await it.page.getByText('None selected').waitFor();
  expect(await it.page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
});

test('the first tick begins the selection and counts, and Shift reaches from it', async () => {
  await it.open();
  await it.page.getByRole('checkbox', { name: `Select ${TITLE}` }).press('Space');
  await it.page.getByText('1 selected').waitFor();
  await it.page.getByRole('checkbox', { name: `Select ${LAST_TITLE}` }).click({ modifiers: ['Shift'] });
  await it.page.getByText('3 selected').waitFor();
  expect(await it.page.getByRole('checkbox', { checked: true }).count()).toBe(3);
});

test('the focus is never lost to the page’s beginning', async () => {
  await it.open();
  for (const name of ['Select', /^Select all/, 'Clear the selection', 'End the selection']) {
    await it.page.getByRole('button', { name, exact: true }).press('Enter');
    await vi.waitFor(
      async () => expect(await it.page.evaluate('document.activeElement.tagName')).not.toBe('BODY'),
      PATIENCE,
    );
  }
});

test('Stop ends what was not requested yet, and says what was', async () => {
  for (let position = 4; position <= 160; position += 1) it.api.videos.push(cannedVideo(position, `Clip ${position}`));
  it.api.pageSize = 200;
  await it.open();
  const answer = Promise.withResolvers<void>();
  await it.page.route('**/api/v1/deletions', async (request) => {
    await answer.promise;
    await request.continue();
  });
  await it.page.getByRole('button', { name: 'Select', exact: true }).click();
  await it.page.getByRole('button', { name: 'Select all 160' }).click();
  await it.page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
  await it.page.getByRole('dialog').getByRole('button', { name: 'Delete 160 videos' }).click();
  await it.message().getByRole('button', { name: 'Stop' }).click();
  answer.resolve();
  await it.message().getByText('100 videos moved to Recently deleted').waitFor();
  expect(await it.titles()).toHaveLength(60);
  expect(it.api.requests.filter((request) => request === 'POST /api/v1/deletions')).toHaveLength(1);
});

test('where the platform searches, every match is found and counted, also those that are not loaded', async () => {
  it.api.searches = true;
  it.api.videos = Array.from({ length: 169 }, (_, n) =>
    cannedVideo(n + 1, n % 12 === 7 ? `Harbour ${n}` : `Video ${n}`),
  );
  await it.page.goto(`${it.url}/?as=ada`);
  await it.page.getByText(/^20 of 169/).waitFor();
  await it.page.getByRole('searchbox', { name: 'Search titles' }).fill('harbour');
  await expect.poll(async () => (await it.titles()).length).toBe(14);
  await it.page.getByRole('combobox', { name: 'Sort' }).selectOption('Title A–Z');
  await expect.poll(() => it.page.locator('.card .title').first().textContent()).toContain('Harbour 103');
  await it.page.getByRole('searchbox', { name: 'Search titles' }).fill('');
  await it.page.getByRole('combobox', { name: 'Videos at a time' }).selectOption('100 at a time');
  await it.page.getByText(/^100 of 169/).waitFor();
  await it.page.getByRole('searchbox', { name: 'Search titles' }).fill('nowhere');
  await it.page.getByText('No video matches').waitFor();
});
