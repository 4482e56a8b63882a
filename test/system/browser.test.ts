import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SAMPLE_VIDEOS } from '../../platform/seed/sample-videos.ts';
import { untilState } from '../support/api-client.ts';
import { launchBrowser } from '../support/browser.ts';
import { leftIn } from '../support/left-in.ts';
import { actionsOn, type Opened, watched } from '../support/page-actions.ts';
import { openSystem, type TestSystem } from '../support/system.ts';
import { useUpAttempts } from '../support/use-up-attempts.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ANAS = SAMPLE_VIDEOS.filter(({ owner }) => owner === 'ana');
const READY = ANAS.filter(({ status }) => status === 'ready').map(({ id, title }) => ({ id, title }));
const NONE = { id: '', title: '' };
const [DELETED = NONE, UNDONE = NONE, FAILED = NONE, HELD = NONE, TOGETHER = NONE] = READY;

/** Longer than a deletion takes on a busy machine, in milliseconds. */

let system: TestSystem;
let browser: Browser;
const current = { complaints: [] as string[] } as Opened;
const it = Object.assign(current, actionsOn(current));

beforeAll(async () => {
  await buildPageOnce();
  [system, browser] = await Promise.all([openSystem({ environment: { UNDO_SECONDS: '600' } }), launchBrowser()]);
  it.url = system.url;
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});
beforeEach(async () => {
  it.complaints = [];
  it.context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
  it.page = watched(await it.context.newPage(), it);
});
afterEach(async () => {
  await it.context.close();
  expect(it.complaints).toEqual([]);
});

/** `npm test` has built the page before; a single run of this file on a new clone has not. */
async function buildPageOnce(): Promise<void> {
  if (existsSync(join(ROOT, 'dist/web/index.html'))) return;
  vi.stubEnv('NODE_ENV', 'production');
  await build({ configFile: join(ROOT, 'web/vite.config.ts'), logLevel: 'error' });
  vi.unstubAllEnvs();
}

const screenshot = (name: string) => it.page.screenshot({ path: join(ROOT, 'test-results', `system-${name}.png`) });

describe('the profile of ana', () => {
  beforeEach(async () => {
    await it.page.goto(`${system.url}/?as=ana`);
    await it.card(UNDONE.title).waitFor();
  });

  test('shows her videos, each with its picture', async () => {
    expect(await it.titles()).toEqual(ANAS.map(({ title }) => title));
    // Pictures below the fold are loaded when they are scrolled to.
    for (const picture of await it.page.locator('.poster img').all()) await picture.scrollIntoViewIfNeeded();
    const withPicture = ANAS.filter(({ thumbnail }) => thumbnail).length;
    const shown = () =>
      it.page.evaluate("[...document.querySelectorAll('.poster img')].filter((it) => it.naturalWidth > 0).length");
    await expect.poll(shown).toBe(withPicture);
    await screenshot('profile');
  });

  test('plays a video', async () => {
    await it.page.getByRole('button', { name: `Play ${DELETED.title}` }).click();
    await expect.poll(() => it.page.evaluate("document.querySelector('video').currentTime")).toBeGreaterThan(0.5);
    expect(await it.page.evaluate("document.querySelector('video').videoWidth")).toBeGreaterThan(0);
    await screenshot('playing');
    await it.page.getByRole('button', { name: 'Close' }).click();
    await it.page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('brings a video back that is undone, also after a reload', async () => {
    const before = { titles: await it.titles(), figures: await it.figures() };
    await it.deleteNamed(UNDONE.title);
    await it.card(UNDONE.title).waitFor({ state: 'detached' });
    await it.message().getByRole('button', { name: /^Undo/ }).click();
    await it.card(UNDONE.title).waitFor();
    await it.page.reload();
    await it.card(UNDONE.title).waitFor();
    expect({ titles: await it.titles(), figures: await it.figures() }).toEqual(before);
  });

  test('deletes a video for good: the card goes at once, nothing is left anywhere, and the receipt is verified', async () => {
    system.ports.rules.undoSeconds = 1;
    await it.deleteNamed(DELETED.title);
    await it.card(DELETED.title).waitFor({ state: 'detached' });
    await it.message().getByText('Deleted everywhere').waitFor();
    expect(await leftIn(system, DELETED.id)).toEqual({});
    await it.message().getByRole('button', { name: 'Receipt' }).click();
    const receipt = it.page.getByRole('dialog', { name: 'Receipt' });
    await receipt.getByText('Signed by this service and unchanged.').waitFor();
    await receipt.getByText('Content of the receipt').click();
    expect(await receipt.textContent()).toContain(`"sub": "${DELETED.id}"`);
    expect(await receipt.textContent()).toMatch(/"objects": 13/);
    await screenshot('receipt');
    await it.page.reload();
    await it.card(UNDONE.title).waitFor();
    expect(await it.titles()).toEqual(ANAS.map(({ title }) => title).filter((title) => title !== DELETED.title));
  });

  test('deletes two together', async () => {
    system.ports.rules.undoSeconds = 600;
    await it.page.getByRole('button', { name: 'Select', exact: true }).click();
    for (const { title } of [TOGETHER, HELD]) await it.page.getByRole('checkbox', { name: `Select ${title}` }).check();
    await it.page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
    await it.page
      .getByRole('dialog', { name: 'Delete 2 videos?' })
      .getByRole('button', { name: 'Delete 2 videos' })
      .click();
    await it.message().getByText('2 videos moved to Recently deleted').waitFor();
    await screenshot('together');
    for (const { id } of [TOGETHER, HELD]) await untilState(system.call, id, 'pending');
  });
});

describe('the console of rosa', () => {
  const openDeletion = async (videoId: string) => {
    await it.page.goto(`${system.url}/?as=rosa#/console/${videoId}`);
    await it.page.getByText('The hash chain is intact.').waitFor();
  };
  const shownState = async () => (await it.page.locator('main .state').textContent())?.trim();

  test('replays a deletion that has failed, to its end', async () => {
    system.ports.rules.undoSeconds = 0;
    const lift = system.parts.s3?.faults.failKeys({ key: new RegExp(`${FAILED.id}.*thumbnail`), code: 'AccessDenied' });
    await system.call('DELETE', `/api/v1/videos/${FAILED.id}`, { as: 'ana' });
    await useUpAttempts(system, FAILED.id);
    await untilState(system.call, FAILED.id, 'failed');
    await it.page.goto(`${system.url}/?as=rosa#/console`);
    await it.page.locator('tbody[data-group="needed"]').getByTitle(FAILED.id).click();
    const attempts = it.page.getByRole('region', { name: 'Failed attempts at “Delete its files”' });
    await attempts.getByText('AccessDenied').first().waitFor();
    expect(await attempts.locator('tbody tr').count()).toBe(1);
    await screenshot('failed');
    lift?.();
    await it.page.getByRole('button', { name: 'Replay' }).click();
    await expect.poll(shownState).toBe('Deleted');
    await it.page.getByText('The hash chain is intact.').waitFor();
    expect(await leftIn(system, FAILED.id)).toEqual({});
    await it.page.getByRole('button', { name: 'Receipt' }).click();
    await it.page.getByText('Signed by this service and unchanged.').waitFor();
  });

  test('holds a deletion and releases it', async () => {
    await openDeletion(HELD.id);
    const decide = async (name: string) => {
      await it.page.getByRole('button', { name, exact: true }).click();
      const dialog = it.page.getByRole('dialog', { name });
      await dialog.getByRole('textbox', { name: 'Case number' }).fill('2026/117');
      await dialog.getByRole('button', { name }).click();
    };
    await decide('Put on hold');
    await it.page.getByText('Litigation, 2026/117: nothing more is being deleted.').waitFor();
    await screenshot('held');
    await decide('Release');
    await expect.poll(shownState).toBe('Pending');
    await it.page.getByText('The hash chain is intact.').waitFor();
  });
});
