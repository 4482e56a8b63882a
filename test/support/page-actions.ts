import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { PATIENCE } from './patience.ts';

/** Titles of the canned platform's first and last video. */
export const TITLE = 'Tide pools at dawn';
export const LAST_TITLE = 'Rooftop garden';

const SCREENSHOTS = fileURLToPath(new URL('../../test-results', import.meta.url));

/** A page that a test has opened; replaced from test to test. */
export type Opened = {
  context: BrowserContext;
  page: Page;
  url: string;
  /** Errors that the browser reported. A test takes those out that it expects. */
  complaints: string[];
};

/** Collects what the browser reports. */
export function watched(page: Page, { complaints }: Pick<Opened, 'complaints'>): Page {
  page.setDefaultTimeout(PATIENCE);
  page.on('console', (entry) => entry.type() === 'error' && complaints.push(entry.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  return page;
}

/** What a user does, and where the result is seen. */
export function actionsOn(current: Opened) {
  const card = (title: string, page = current.page) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) });
  return {
    card,
    /** The one message about the last action. */
    message: () => current.page.locator('.deletion-message').getByRole('group'),
    titles: () => current.page.getByRole('main').locator('.card .title').allTextContents(),
    /** The three numbers of the profile: videos, likes, views. */
    figures: () => current.page.locator('.figures dd').allTextContents(),
    /** The name of what has the focus. */
    focused: () =>
      current.page.locator(':focus').evaluate((it) => it.getAttribute('aria-label') ?? it.textContent?.trim()),
    open: async (page = current.page) => {
      await page.goto(`${current.url}/?as=ada`);
      await card(LAST_TITLE, page).waitFor();
    },
    /** Something in the menu of the account. */
    inMenu: async (name: string) => {
      await current.page.getByRole('button', { name: /^Account:|^Konto:/ }).click();
      await current.page.getByRole('button', { name, exact: true }).click();
    },
    openAs: async (username: string, path: string) => {
      await current.page.goto(`${current.url}/?as=${username}#${path}`);
      await current.page.getByRole('heading', { level: 1 }).waitFor();
    },
    /** A second tab of the same browser, or another device. */
    another: async (context = current.context) => watched(await context.newPage(), current),
    deleteNamed: async (title = TITLE) => {
      await current.page.getByRole('button', { name: `Delete ${title}`, exact: true }).click();
      const dialog = current.page.getByRole('dialog', { name: /^Delete/ });
      await dialog.getByRole('button', { name: 'Delete' }).click();
      await dialog.waitFor({ state: 'detached' });
    },
    /** Nothing that axe finds is wrong, in light on a desktop and in dark on a phone; a screenshot of each is kept. */
    expectAccessible: (name: string) => expectAccessible(current.page, join(SCREENSHOTS, name)),
    /** Takes out the browser's own reports of answers that are errors. Nothing else may be reported. */
    expectOnlyReportsOf: (what: string) => {
      const reports = current.complaints.splice(0);
      expect(reports).not.toEqual([]);
      for (const report of reports) expect(report).toContain(what);
    },
  };
}
