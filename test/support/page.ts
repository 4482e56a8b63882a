import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { startGateway } from '../../local/gateway.ts';
import { createIssuer } from '../../local/issuer.ts';
import { createSignIn } from '../../local/sign-in.ts';
import { expectAccessible } from './accessible.ts';
import { launchBrowser } from './browser.ts';
import { builtPage } from './built-page.ts';
import { type CannedApi, createCannedApi } from './canned-api.ts';
import { ACCOUNTS } from './canned-videos.ts';

export const TITLE = 'Tide pools at dawn';
export const LAST_TITLE = 'Rooftop garden';
const SCREENSHOTS = fileURLToPath(new URL('../../test-results', import.meta.url));

type Current = {
  api: CannedApi;
  browser: Browser;
  context: BrowserContext;
  page: Page;
  url: string;
  /** Errors that the browser reported. A test takes those out that it expects. */
  complaints: string[];
};

/**
 * The page as it is shipped, in a real browser, before a canned API. Registers the hooks of the test file that calls it;
 * each test gets a new page, and fails if the browser reports an error that the test has not taken out of `complaints`.
 */
export function usePage(statics: () => Promise<string> = builtPage) {
  const current = {} as Current;
  let built: string;
  let provider: Awaited<ReturnType<typeof startProvider>>;
  let stop: () => Promise<unknown>;

  beforeAll(async () => {
    built = await statics();
    [current.browser, provider] = await Promise.all([launchBrowser(), startProvider()]);
  });
  afterAll(async () => {
    await current.browser?.close();
    await provider?.stop();
  });
  beforeEach(async () => {
    const api = await createCannedApi();
    const platform = await provider.startPlatform(api, built);
    stop = platform.stop;
    Object.assign(current, { api, url: platform.url, complaints: [] });
    current.context = await current.browser.newContext({ viewport: { width: 1000, height: 760 } });
    current.page = watched(await current.context.newPage(), current);
  });
  afterEach(async () => {
    for (const context of current.browser.contexts()) await context.close();
    await stop();
    expect(current.api.mistakes).toEqual([]);
    expect(current.complaints).toEqual([]);
  });
  return Object.assign(current, actionsOn(current));
}

/** Well below a test's own limit, so that what was waited for is named. In milliseconds. */
const PATIENCE = 15_000;

function watched(page: Page, { complaints }: Current): Page {
  page.setDefaultTimeout(PATIENCE);
  page.on('console', (entry) => entry.type() === 'error' && complaints.push(entry.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  return page;
}

/** What a user does, and where the result is seen. */
function actionsOn(current: Current) {
  const card = (title: string, page = current.page) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) });
  return {
    card,
    toast: (title = TITLE) => current.page.getByRole('region', { name: title }),
    titles: () => current.page.getByRole('main').getByRole('heading', { level: 3 }).allTextContents(),
    /** The three numbers of the profile: videos, likes, views. */
    figures: () => current.page.locator('.profile dd').allTextContents(),
    /** The name of what has the focus. */
    focused: () =>
      current.page.locator(':focus').evaluate((it) => it.getAttribute('aria-label') ?? it.textContent?.trim()),
    open: async (page = current.page) => {
      await page.goto(`${current.url}/?as=ada`);
      await card(LAST_TITLE, page).waitFor();
    },
    openAs: async (username: string, path: string) => {
      await current.page.goto(`${current.url}/?as=${username}#${path}`);
      await current.page.getByRole('heading', { level: 1 }).waitFor();
    },
    /** A second tab of the same browser, or another device. */
    another: async (context = current.context) => watched(await context.newPage(), current),
    deleteNamed: async (title = TITLE) => {
      await current.page.getByRole('button', { name: `Delete ${title}`, exact: true }).click();
      await current.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    },
    /** Nothing that axe finds is wrong, in light on a desktop and in dark on a phone; a screenshot of each is kept. */
    expectAccessible: (name: string) => expectAccessible(current.page, join(SCREENSHOTS, name)),
    /** The browser itself reports every answer that is an error. Takes these reports out; nothing else may be reported. */
    expectOnlyReportsOf: (what: string) => {
      const reports = current.complaints.splice(0);
      expect(reports).not.toEqual([]);
      for (const report of reports) expect(report).toContain(what);
    },
  };
}

/** What signs people in, for all tests of a file: its key takes long to make. */
async function startProvider() {
  const who = { issuer: 'http://issuer.test', audience: 'videos' };
  const signIn = createSignIn({ issuer: await createIssuer(who), accounts: () => ACCOUNTS });
  const provider = await startGateway({ routes: [], jwt: { ...who, jwksUri: 'http://127.0.0.1' }, mounts: [signIn] });
  const jwt = { ...who, jwksUri: `${provider.url}/local/jwks.json` };
  return {
    stop: provider.stop,
    startPlatform: (api: CannedApi, statics: string) =>
      startGateway({ routes: api.routes, jwt, mounts: [signIn, api.mount], statics }),
  };
}
