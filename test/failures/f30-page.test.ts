import type { Route } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';
import { VIDEOS } from '../support/canned-videos.ts';
import { LAST_TITLE, TITLE, usePage } from '../support/page.ts';
import { PATIENCE } from '../support/patience.ts';

const FIRST = VIDEOS[0]?.id ?? '';
const ALL = VIDEOS.map(({ title }) => title);
const it = usePage();

/** What the request for the deletion comes to. Reads of the same video's deletion have another path. */
const routeDeletion = (answer: (request: Route) => unknown) => it.page.route(`**/api/v1/videos/${FIRST}`, answer);

/** Counts how often the card of the first video comes into the page from now on. */
async function countAppearances(): Promise<() => Promise<unknown>> {
  await it.page.evaluate(`
    globalThis.appearances = 0;
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes) if (node.dataset?.video === '${FIRST}') globalThis.appearances += 1;
    }).observe(document.body, { childList: true, subtree: true });`);
  return () => it.page.evaluate('globalThis.appearances');
}

/**
 * The card is back in its place and says why, the statistics are as before, the focus is on the card, and a reload
 * shows the same.
 */
async function expectBack(why: string): Promise<void> {
  await it.card(TITLE).getByText(why).waitFor();
  await it.message().getByText('The video was not deleted').waitFor();
  expect(await it.titles()).toEqual(ALL);
  expect(await it.figures()).toEqual(['3', '6', '6,000']);
  await vi.waitFor(async () => expect(await it.focused()).toBe(`Delete ${TITLE}`), PATIENCE);
}

async function expectSameAfterReload(): Promise<void> {
  await it.page.unrouteAll();
  await it.page.reload();
  await it.card(LAST_TITLE).waitFor();
  expect(await it.titles()).toEqual(ALL);
  expect(await it.message().count()).toBe(0);
}

describe('F30 the page', () => {
  test.each([
    [403, 'You do not have permission for this.'],
    [429, 'There were too many requests. Wait a moment, then try again.'],
    [500, 'Something went wrong on our side. Try again later.'],
    [503, 'The service is busy. Try again in a moment.'],
  ])(
    'F30 refused with %i: the card comes back once, with a message and the focus, and it can be tried again',
    async (status, why) => {
      await it.open();
      await routeDeletion((request) => request.fulfill({ status, json: { message: 'no' } }));
      const appearances = await countAppearances();
      await it.deleteNamed();
      await expectBack(why);
      expect(await appearances()).toBe(1);
      if (status === 403) await it.expectAccessible('message-refused-one');
      await it.page.unrouteAll();
      await it.message().getByRole('button', { name: 'Try again' }).click();
      await it.message().getByText('Moved to Recently deleted').waitFor();
      expect(await it.titles()).not.toContain(TITLE);
      expect(it.api.deletions.stateOf(FIRST)).toBe('pending');
      // Where it is unclear what became of it, the page has looked, and found nothing.
      const looked = it.complaints.filter((report) => report.includes('status of 404'));
      expect(looked).toHaveLength(status >= 500 ? 1 : 0);
      it.complaints.splice(0, 2);
    },
  );

  test('F30 offline: the card comes back and says so; online again, it can be deleted', async () => {
    await it.open();
    await it.context.setOffline(true);
    await it.deleteNamed();
    await expectBack('The server cannot be reached. Check your connection and try again.');
    await it.context.setOffline(false);
    await it.message().getByRole('button', { name: 'Try again' }).click();
    await it.message().getByText('Moved to Recently deleted').waitFor();
    it.expectOnlyReportsOf('ERR_INTERNET_DISCONNECTED');
  });

  test('F30 offline while it is being deleted: the page goes on by itself when it is online again', async () => {
    await it.open();
    await it.deleteNamed();
    await it.message().getByText('Moved to Recently deleted').waitFor();
    await it.context.setOffline(true);
    it.api.deletions.move(FIRST, 'deleted');
    await vi.waitFor(() => expect(it.complaints).not.toEqual([]), PATIENCE);
    await it.context.setOffline(false);
    await it.message().getByText('Deleted everywhere').waitFor();
    expect(await it.titles()).not.toContain(TITLE);
    it.expectOnlyReportsOf('ERR_INTERNET_DISCONNECTED');
  });

  test('F30 timeout: no answer in time brings the card back', async () => {
    await it.page.clock.install();
    await it.open();
    await routeDeletion(() => undefined);
    await it.deleteNamed();
    await it.card(TITLE).waitFor({ state: 'detached' });
    await it.page.clock.fastForward(21_000);
    await expectBack('The server did not answer in time.');
    it.expectOnlyReportsOf('status of 404');
    await expectSameAfterReload();
  });

  test('F30 lost answer: what was accepted all the same does not come back', async () => {
    await it.open();
    await routeDeletion(async (request) => {
      await request.fetch();
      await request.abort();
    });
    const appearances = await countAppearances();
    await it.deleteNamed();
    await it.message().getByText('Moved to Recently deleted').waitFor();
    expect(await appearances()).toBe(0);
    expect(await it.titles()).not.toContain(TITLE);
    it.expectOnlyReportsOf('ERR_FAILED');
  });

  test('F30 no flicker: the card stays away between click and answer, whatever else is loaded meanwhile', async () => {
    await it.open();
    const answer = Promise.withResolvers<void>();
    await routeDeletion(async (request) => {
      await answer.promise;
      await request.continue();
    });
    const appearances = await countAppearances();
    await it.deleteNamed();
    const loads = () => it.api.requests.filter((request) => request === 'GET /api/v1/users/me/videos').length;
    const before = loads();
    await it.page.evaluate("dispatchEvent(new Event('online'))");
    await vi.waitFor(() => expect(loads()).toBe(before + 1), PATIENCE);
    await vi.waitFor(
      async () => expect(await it.page.locator('main').getAttribute('aria-busy')).toBe('false'),
      PATIENCE,
    );
    expect(await it.figures()).toEqual(['2', '5', '5,000']);
    answer.resolve();
    await it.message().getByText('Moved to Recently deleted').waitFor();
    expect(await appearances()).toBe(0);
  });

  test('F30 reload: what is being deleted stays away, can be undone, and what was undone is there', async () => {
    await it.open();
    await it.deleteNamed();
    await it.message().waitFor();
    await it.page.reload();
    await it.card(LAST_TITLE).waitFor();
    expect(await it.titles()).not.toContain(TITLE);
    expect(await it.figures()).toEqual(['2', '5', '5,000']);
    await it.page.getByRole('link', { name: /Recently deleted/ }).click();
    await it.page.getByRole('button', { name: `Restore ${TITLE}` }).click();
    await it.message().getByText('The video is back').waitFor();
    await it.page.getByRole('link', { name: 'My videos' }).click();
    await it.card(TITLE).waitFor();
    await expectSameAfterReload();
  });

  test('F30 second tab: it follows a deletion and its undo', async () => {
    const second = await it.another();
    await it.open(second);
    await it.open();
    await it.deleteNamed();
    await it.card(TITLE, second).waitFor({ state: 'detached' });
    await second.getByRole('link', { name: /Recently deleted.*1$/ }).waitFor();
    await it.message().getByRole('button', { name: /^Undo/ }).click();
    await it.card(TITLE, second).waitFor();
    expect(await second.locator('.figures dd').first().textContent()).toBe('3');
  });

  test('F30 sign-in over: after signing in again everything stands as it was, and the deletion can be asked for', async () => {
    await it.open();
    const expired = (request: Route) => request.fulfill({ status: 401, json: { message: 'Unauthorized' } });
    await it.page.route('**/api/v1/**', expired);
    await it.deleteNamed();
    const dialog = it.page.getByRole('dialog', { name: 'Your sign-in has ended' });
    await dialog.waitFor();
    await it.expectAccessible('sign-in-again');
    await it.page.unrouteAll();
    await dialog.getByRole('button', { name: 'Sign in as ada' }).click();
    await dialog.waitFor({ state: 'detached' });
    await it.card(TITLE).getByText('Your sign-in has ended.').waitFor();
    expect(await it.titles()).toEqual(ALL);
    await it.message().getByRole('button', { name: 'Try again' }).click();
    await it.message().getByText('Moved to Recently deleted').waitFor();
    it.expectOnlyReportsOf('status of 401');
  });
});
