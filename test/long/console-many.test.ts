import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Steps } from '../../functions/deletion/record/steps.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { aTombstone } from '../support/a-tombstone.ts';
import { launchBrowser } from '../support/browser.ts';
import { actionsOn, type Opened, watched } from '../support/page-actions.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const MINUTE = 60_000;
const FAR = new Date(Date.now() + 90 * 24 * 60 * MINUTE).toISOString();
const OWNER = uuidv7();
/** How many deletions of each kind, from the oldest kind to the newest. Together 5,000. */
const KINDS = { overdue: 3, deleted: 4_000, cancelled: 900, denied: 40, slowed: 20, held: 20, waiting: 14, newest: 3 };

let system: TestSystem;
let browser: Browser;
const current = { complaints: [] as string[] } as Opened;
const it = Object.assign(current, actionsOn(current));
const made = {} as Record<keyof typeof KINDS, Tombstone[]>;

const failedWith = (error: string): Steps => {
  const { steps } = aTombstone();
  return { ...steps, deleteObjects: { ...steps.deleteObjects, state: 'failed', attempts: 12, failures: 12, error } };
};
/** Nothing is due before the test is over, so no worker takes them up. */
const LATER = { dueAt: FAR, sweepAt: FAR };
const OF_KIND: Record<keyof typeof KINDS, Partial<Tombstone>> = {
  overdue: { state: 'running', lease: { owner: 'a worker', until: FAR }, ...LATER, hidden: true },
  deleted: { state: 'deleted' },
  cancelled: { state: 'cancelled' },
  denied: { state: 'failed', steps: failedWith('AccessDenied'), attempts: 12, ownerId: OWNER },
  slowed: { state: 'failed', steps: failedWith('SlowDown'), attempts: 12 },
  held: { state: 'held' },
  waiting: { state: 'pending', undoableUntil: FAR, ...LATER, hidden: true },
  newest: { state: 'pending', undoableUntil: FAR, ...LATER, hidden: true },
};

beforeAll(async () => {
  [system, browser] = await Promise.all([openSystem({ environment: { UNDO_SECONDS: '600' } }), launchBrowser()]);
  it.url = system.url;
  let at = Date.now() - 20 * 60 * MINUTE;
  for (const [kind, count] of Object.entries(KINDS) as [keyof typeof KINDS, number][]) {
    made[kind] = Array.from({ length: count }, () => {
      at += 14_000;
      const requestedAt = new Date(at).toISOString();
      const undoableUntil = new Date(at + MINUTE).toISOString();
      return aTombstone({ requestedAt, undoableUntil, ...OF_KIND[kind] });
    });
    for (const tombstone of made[kind]) await system.ports.tombstones.write(undefined, tombstone);
  }
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});
beforeEach(async () => {
  it.context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  it.page = watched(await it.context.newPage(), it);
});

const rows = (group: string) => it.page.locator(`tbody[data-group="${group}"] td.video a`);
const idsIn = async (group: string) =>
  await rows(group).evaluateAll((links) => links.map((link) => (link as unknown as { title: string }).title));
const tally = (name: string) =>
  it.page.getByRole('navigation', { name: 'By state' }).getByRole('link', { name: new RegExp(`^${name}`) });
const idsOf = (...kinds: (keyof typeof KINDS)[]) => kinds.flatMap((kind) => made[kind].map(({ videoId }) => videoId));

test('with 5,000 deletions, the newest come first, the figures are right, and each is asked for once', async () => {
  const asked: string[] = [];
  it.page.on('request', (request) => request.url().includes('/api/v1/deletions') && asked.push(request.url()));
  await it.page.goto(`${system.url}/?as=rosa#/console`);
  await rows('rest').first().waitFor();
  expect((await idsIn('rest')).slice(0, 3)).toEqual(idsOf('newest').reverse());
  expect(new Set(asked).size).toBe(asked.length);
  const counts: [string, string][] = [
    ['All', '5,000'],
    ['Failed', '60'],
    ['Overdue', '3'],
    ['Held', '20'],
    ['Open', '3'],
    ['Waiting', '17'],
    ['Deleted', '4,000'],
    ['Undone', '900'],
  ];
  for (const [name, count] of counts) expect(await tally(name).locator('strong').textContent(), name).toBe(count);
  await it.page.getByText('5 of 83').waitFor();
});

test('every filter finds every match, and only those', async () => {
  await it.page.goto(`${system.url}/?as=rosa#/console`);
  await tally('Overdue').click();
  await expect.poll(async () => (await idsIn('found')).sort()).toEqual(idsOf('overdue').sort());
  const filtered = async (query: string, ids: string[]) => {
    await it.page.goto(`${system.url}/?as=rosa#/console?${query}`);
    await expect.poll(async () => (await idsIn('found')).sort(), { timeout: 20_000 }).toEqual(ids.sort());
  };
  await filtered('code=AccessDenied', idsOf('denied'));
  await filtered('code=SlowDown&show=failed', idsOf('slowed'));
  await filtered(`owner=${OWNER}`, idsOf('denied'));
  await filtered('show=held,running', idsOf('held', 'overdue'));
});

test('what is saved and what is replayed is all that matches, not what is shown', async () => {
  await it.page.goto(`${system.url}/?as=rosa#/console?show=cancelled`);
  await rows('found').first().waitFor();
  expect((await idsIn('found')).length).toBe(100);
  const [file] = await Promise.all([
    it.page.waitForEvent('download'),
    it.page.getByRole('button', { name: 'CSV' }).click(),
  ]);
  const lines = (await readFile(await file.path(), 'utf8')).split('\r\n').slice(1);
  expect(lines.map((line) => line.slice(0, 36)).sort()).toEqual(idsOf('cancelled').sort());
  await it.page.goto(`${system.url}/?as=rosa#/console?code=SlowDown`);
  await it.page.getByRole('button', { name: 'Replay those that match…' }).click();
  await it.page.getByRole('dialog').getByText('20 match').waitFor();
  expect(it.complaints).toEqual([]);
});
