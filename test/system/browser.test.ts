import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SAMPLE_VIDEOS } from '../../platform/seed/sample-videos.ts';
import { launchBrowser } from '../support/browser.ts';
import { leftIn } from '../support/left-in.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ANAS = SAMPLE_VIDEOS.filter(({ owner }) => owner === 'ana');
const [{ id: DELETED, title: TITLE }, { title: UNDONE }] = ANAS.filter(({ status }) => status === 'ready') as [
  (typeof ANAS)[number],
  (typeof ANAS)[number],
];

let system: TestSystem;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  await buildPageOnce();
  [system, browser] = await Promise.all([openSystem({ environment: { UNDO_SECONDS: '600' } }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
  complaints = [];
  page.on('console', (entry) => entry.type() === 'error' && complaints.push(entry.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${system.url}/?as=ana`);
  await card(TITLE).or(card(UNDONE)).first().waitFor();
});
afterEach(async () => {
  await page.close();
  expect(complaints).toEqual([]);
});

/** `npm test` has built the page before; a single run of this file on a new clone has not. */
async function buildPageOnce(): Promise<void> {
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });
  if (existsSync(join(ROOT, 'dist/web/index.html'))) return;
  vi.stubEnv('NODE_ENV', 'production');
  await build({ configFile: join(ROOT, 'web/vite.config.ts'), logLevel: 'error' });
  vi.unstubAllEnvs();
}

const card = (title: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) });
const titles = () => page.getByRole('main').getByRole('heading', { level: 3 }).allTextContents();
const toast = () => page.locator('.toast');
const screenshot = (name: string) => page.screenshot({ path: join(ROOT, 'test-results', `system-${name}.png`) });

async function deleteNamed(title: string): Promise<void> {
  await page.getByRole('button', { name: `Delete ${title}` }).click();
  const dialog = page.getByRole('dialog', { name: `Delete “${title}”?` });
  await dialog.getByRole('button', { name: 'Delete' }).click();
}

describe('the profile of ana', () => {
  test('shows her videos, each with its picture', async () => {
    expect(await titles()).toEqual(ANAS.map(({ title }) => title));
    // Pictures below the fold are loaded when they are scrolled to.
    for (const picture of await page.locator('.poster img').all()) await picture.scrollIntoViewIfNeeded();
    const withPicture = ANAS.filter(({ thumbnail }) => thumbnail).length;
    await expect
      .poll(() =>
        page
          .locator('.poster img')
          .evaluateAll((all) => all.filter((it) => 'naturalWidth' in it && Number(it.naturalWidth) > 0).length),
      )
      .toBe(withPicture);
    await screenshot('profile');
  });

  test('plays a video', async () => {
    await page.getByRole('button', { name: `Play ${TITLE}` }).click();
    const time = () =>
      page.locator('video').evaluate((video) => ('currentTime' in video ? Number(video.currentTime) : 0));
    await expect.poll(time, { timeout: 15_000 }).toBeGreaterThan(0.5);
    expect(await page.locator('video').evaluate((video) => 'videoWidth' in video && video.videoWidth)).toBeGreaterThan(
      0,
    );
    await screenshot('playing');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('brings a video back that is undone, also after a reload', async () => {
    const before = await titles();
    await deleteNamed(UNDONE);
    await card(UNDONE).waitFor({ state: 'detached' });
    const undo = toast().getByRole('button', { name: /^Undo/ });
    await undo.waitFor();
    await screenshot('undo');
    await undo.click();
    await card(UNDONE).getByText(`“${UNDONE}” is back.`).waitFor();
    await page.reload();
    await card(UNDONE).waitFor();
    expect(await titles()).toEqual(before);
  });

  test('deletes a video for good: the card goes at once, the steps follow, the receipt says what was removed', async () => {
    system.ports.rules.undoSeconds = 1;
    await deleteNamed(TITLE);
    await card(TITLE).waitFor({ state: 'detached' });
    const news = page.getByRole('status').filter({ hasText: /has been removed|is being deleted/ });
    await news.filter({ hasText: TITLE }).waitFor();
    await toast().getByText('Delete its files').waitFor();
    await screenshot('steps');
    await toast().getByText(`“${TITLE}” has been deleted everywhere.`).waitFor({ timeout: 25_000 });
    expect(await leftIn(system, DELETED)).toEqual({});
    await toast().getByRole('button', { name: 'View receipt' }).click();
    const receipt = page.getByRole('dialog', { name: 'Receipt' });
    await receipt.getByText(`"sub": "${DELETED}"`).waitFor();
    expect(await receipt.textContent()).toMatch(/"objects": 13/);
    await screenshot('receipt');
    await page.reload();
    await card(UNDONE).waitFor();
    expect(await titles()).toEqual(ANAS.map(({ title }) => title).filter((title) => title !== TITLE));
  });
});
