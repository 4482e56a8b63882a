import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { startGateway } from '../../local/gateway.ts';
import { createIssuer } from '../../local/issuer.ts';
import { createSignIn } from '../../local/sign-in.ts';
import { launchBrowser } from './browser.ts';
import { ACCOUNTS, createCannedApi } from './canned-api.ts';

export const TITLE = 'Tide pools at dawn';
const SCREENSHOTS = fileURLToPath(new URL('../../test-results', import.meta.url));
const CONFIG = fileURLToPath(new URL('../../web/vite.config.ts', import.meta.url));

/**
 * The page as it is shipped, in a real browser, before a canned API. Registers the hooks of the test file that calls it;
 * each test gets a new page, and fails if the browser reports an error that the test has not taken out of `complaints`.
 */
export function usePage() {
  let browser: Browser;
  let built: string;
  let stop: () => Promise<unknown>;
  const current = {} as { api: ReturnType<typeof createCannedApi>; page: Page; url: string; complaints: string[] };

  beforeAll(async () => {
    built = await buildPage();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(built, { recursive: true });
  });
  beforeEach(async () => {
    const api = createCannedApi();
    const platform = await startPlatform(api, built);
    stop = platform.stop;
    const page = await browser.newPage({ viewport: { width: 1000, height: 760 } });
    const complaints: string[] = [];
    page.on('console', (entry) => entry.type() === 'error' && complaints.push(entry.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    Object.assign(current, { api, page, url: platform.url, complaints });
  });
  afterEach(async () => {
    await current.page.close();
    await stop();
    expect(current.api.mistakes).toEqual([]);
    expect(current.complaints).toEqual([]);
  });
  return Object.assign(current, actionsOn(current));
}

/** What a user does, and where the result is seen. */
function actionsOn(current: { page: Page; url: string }) {
  const card = (title: string) => {
    const heading = current.page.getByRole('heading', { name: title });
    return current.page.getByRole('listitem').filter({ has: heading });
  };
  return {
    card,
    toast: () => current.page.locator('.toast'),
    titles: () => current.page.getByRole('main').getByRole('heading', { level: 3 }).allTextContents(),
    open: async () => {
      await current.page.goto(`${current.url}/?as=ada`);
      await card('Rooftop garden').waitFor();
    },
    deleteFirst: async () => {
      await current.page.getByRole('button', { name: `Delete ${TITLE}` }).click();
      await current.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    },
    screenshot: (name: string) => current.page.screenshot({ path: join(SCREENSHOTS, `page-${name}.png`) }),
  };
}

async function buildPage(): Promise<string> {
  const built = mkdtempSync(join(tmpdir(), 'page-'));
  // Under the test runner's own mode Vite would build Vue with its warnings, which is not what is shipped.
  vi.stubEnv('NODE_ENV', 'production');
  await build({ configFile: CONFIG, logLevel: 'error', build: { outDir: built } });
  vi.unstubAllEnvs();
  return built;
}

async function startPlatform(api: ReturnType<typeof createCannedApi>, statics: string) {
  const who = { issuer: 'http://issuer.test', audience: 'videos' };
  const issuer = await createIssuer(who);
  const signIn = createSignIn({ issuer, accounts: () => ACCOUNTS });
  const provider = await startGateway({ routes: [], jwt: { ...who, jwksUri: 'http://127.0.0.1' }, mounts: [signIn] });
  const jwt = { ...who, jwksUri: `${provider.url}/local/jwks.json` };
  const platform = await startGateway({ routes: api.routes, jwt, mounts: [signIn, api.mount], statics });
  return { url: platform.url, stop: () => Promise.all([platform.stop(), provider.stop()]) };
}
