import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { OWNER, VIDEOS } from '../support/canned-videos.ts';
import { usePage } from '../support/page.ts';

const [FIRST = '', SECOND = '', THIRD = ''] = VIDEOS.map(({ id }) => id);
const it = usePage();

const button = (name: string | RegExp) => it.page.getByRole('button', { name, exact: true });
const group = (name: 'needed' | 'rest' | 'found') => it.page.locator(`tbody[data-group="${name}"]`);
/** The states in a group of the table, from the first row to the last. */
const statesIn = async (name: 'needed' | 'rest' | 'found') =>
  (await group(name).locator('.state').allTextContents()).map((text) => text.trim());
const tally = (name: string) =>
  it.page.getByRole('navigation', { name: 'By state' }).getByRole('link', { name: new RegExp(`^${name}`) });

/** One deletion has ended, one has failed, and one is on hold. */
function moveAll(): void {
  it.api.deletions.move(FIRST, 'deleted');
  it.api.deletions.move(SECOND, 'failed');
  it.api.deletions.hold(THIRD, { code: 'litigation', caseNumber: '2026/117' });
}

test('shows the deletions that wait for an operator first, then all others, and how many there are', async () => {
  moveAll();
  it.api.deletions.age(SECOND, 9_000);
  await it.openAs('grace', '/console');
  await group('needed').waitFor();
  expect(await it.page.title()).toBe('Console');
  expect(await statesIn('needed')).toEqual(['Failed', 'Held']);
  expect(await statesIn('rest')).toEqual(['Deleted']);
  expect(await group('needed').textContent()).toMatch(/a grant or a policy.*AccessDenied.*What to do.*12.*hours ago/s);
  expect(await group('needed').textContent()).toContain('On hold: Litigation, case 2026/117');
  expect(await tally('Failed').textContent()).toMatch(/Failed\s*1$/);
  expect(await tally('All').textContent()).toMatch(/24 h\s*3$/);
  expect(await it.page.getByText(/^Updated \d+ seconds? ago$/).count()).toBe(1);
  await it.expectAccessible('console');
});

test('filters the list by state, owner, error and day, and keeps the filter in the address', async () => {
  moveAll();
  await it.openAs('grace', '/console');
  await tally('Deleted').click();
  await expect.poll(() => statesIn('found')).toEqual(['Deleted']);
  await tally('All').click();
  await it.page.locator('summary').filter({ hasText: 'Several states' }).click();
  for (const state of ['Failed', 'Held']) await it.page.getByRole('checkbox', { name: state, exact: true }).check();
  await expect.poll(async () => (await statesIn('found')).sort()).toEqual(['Failed', 'Held']);
  expect(it.page.url()).toContain('show=failed,held');
  await button('Clear the filters').click();
  await it.page.getByRole('combobox', { name: 'Error code' }).selectOption('AccessDenied');
  await expect.poll(() => statesIn('found')).toEqual(['Failed']);
  await button('Clear the filters').click();
  await it.page.getByRole('textbox', { name: 'Owner ID' }).fill(SECOND);
  await it.page.getByRole('textbox', { name: 'Owner ID' }).press('Enter');
  await it.page.getByText('No deletion matches').waitFor();
  expect(it.page.url()).toContain(`owner=${SECOND}`);
  await it.page.reload();
  await it.page.getByText('No deletion matches').waitFor();
  await it.expectAccessible('console-none');
  await it.page.getByRole('textbox', { name: 'Owner ID' }).fill(OWNER);
  await it.page.getByRole('textbox', { name: 'Owner ID' }).press('Enter');
  await expect.poll(async () => (await statesIn('found')).length).toBe(3);
  const asked = it.page.waitForRequest((request) => request.url().includes('until='));
  await it.page.getByLabel('Requested until').fill('2026-11-20');
  await it.page.getByLabel('Requested until').blur();
  expect(new URL((await asked).url()).searchParams.get('until')).toMatch(/^2026-11-2[01]T/);
});

test('finds a deletion by the ID of its video, and copies IDs', async () => {
  moveAll();
  // A narrower window shows cards, without this button.
  await it.page.setViewportSize({ width: 1300, height: 800 });
  await it.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await it.openAs('grace', '/console');
  await group('needed').getByRole('button', { name: 'Copy the ID' }).first().click();
  expect(await it.page.evaluate('navigator.clipboard.readText()')).toBe(SECOND);
  await it.page.getByRole('searchbox', { name: 'Video ID' }).fill(SECOND);
  await it.page.getByRole('searchbox', { name: 'Video ID' }).press('Enter');
  await it.page.getByRole('heading', { name: SECOND }).waitFor();
  expect(await it.page.title()).toBe('Deletion');
  expect(await it.page.locator('main:focus').count()).toBe(1);
});

test('replays one deletion, those that are chosen, or all that match, and says how many', async () => {
  for (const id of [FIRST, SECOND, THIRD]) it.api.deletions.move(id, 'failed');
  await it.openAs('grace', '/console');
  await group('needed')
    .getByRole('button', { name: `Replay ${FIRST}` })
    .click();
  await it.page.getByText('1 deletion was replayed.').waitFor();
  expect(it.api.deletions.stateOf(FIRST)).toBe('running');
  await it.page.getByRole('checkbox', { name: `Select ${SECOND}` }).check();
  await it.expectAccessible('console-chosen');
  await it.page.getByRole('toolbar').getByRole('button', { name: 'Replay 1' }).click();
  await expect.poll(() => it.api.deletions.stateOf(SECOND)).toBe('running');
  await it.page.route(`**/${THIRD}/deletion/replay`, (request) => request.fulfill({ status: 409, json: {} }));
  await button('Replay those that match…').click();
  const dialog = it.page.getByRole('dialog', { name: 'Replay failed deletions' });
  await dialog.getByText('One matches').waitFor();
  await it.expectAccessible('console-replay');
  await dialog.getByRole('button', { name: 'Replay 1' }).click();
  await it.page.getByText('1: The state of the deletion does not allow this.').waitFor();
  it.expectOnlyReportsOf('status of 409');
});

test('saves what the filter matches as a file', async () => {
  moveAll();
  await it.openAs('grace', '/console?show=failed');
  await expect.poll(() => statesIn('found')).toEqual(['Failed']);
  const [file] = await Promise.all([it.page.waitForEvent('download'), button('CSV').click()]);
  expect(file.suggestedFilename()).toMatch(/^deletions-\d{4}-\d\d-\d\d\.csv$/);
  const [head, ...rows] = (await readFile(await file.path(), 'utf8')).split('\r\n');
  expect(head).toMatch(/^videoId,deletionId,state,ownerId/);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatch(new RegExp(`^${SECOND},.*,failed,${OWNER},owner,.*,12,deleteObjects AccessDenied$`));
});

test('a refresh moves no row under the pointer: it says how many are new', async () => {
  it.api.deletions.move(FIRST, 'deleted');
  await it.page.clock.install();
  await it.openAs('grace', '/console');
  await expect.poll(() => statesIn('rest')).toEqual(['Deleted']);
  await group('rest').locator('td.when').hover();
  it.api.deletions.move(SECOND, 'running');
  await it.page.clock.runFor(11_000);
  await button('1 new').waitFor();
  expect(await statesIn('rest')).toEqual(['Deleted']);
  await button('1 new').click();
  await expect.poll(async () => (await statesIn('rest')).sort()).toEqual(['Deleted', 'Running']);
});

test('figures: axes and values, each in a table too, and failures that lead to their deletions', async () => {
  moveAll();
  await it.openAs('grace', '/console/figures');
  await it.page.getByRole('heading', { name: 'Requested per hour' }).waitFor();
  expect(await it.page.getByRole('img', { name: /^3 in all; most: 3 at / }).count()).toBe(1);
  await it.page.getByText('All values as a table').click();
  await it.expectAccessible('console-figures');
  const table = it.page.getByRole('region', { name: 'All values as a table' });
  expect(await table.locator('tbody tr').count()).toBeGreaterThanOrEqual(24);
  expect(await table.locator('tbody tr').last().textContent()).toMatch(/3\s*0\.2\s*0\.7$/);
  const asked = it.page.waitForRequest((request) => request.url().includes('/figures?since='));
  await it.page.getByRole('combobox', { name: 'Period' }).selectOption('Last 7 days');
  const { searchParams } = new URL((await asked).url());
  const days = (Date.parse(searchParams.get('until') ?? '') - Date.parse(searchParams.get('since') ?? '')) / 86_400_000;
  expect(days).toBe(7);
  await it.page.getByRole('link', { name: /Delete its files · AccessDenied/ }).click();
  await expect.poll(() => statesIn('found')).toEqual(['Failed']);
});

test('checks a receipt that somebody has kept, and says against which key', async () => {
  const keep = (receipt: string) => {
    const file = { name: `${receipt.length}.jws`, mimeType: 'application/jose', buffer: Buffer.from(receipt) };
    return it.page.getByLabel('Receipt (a .jws file)').setInputFiles(file);
  };
  for (const state of ['pending', 'running', 'deleted'] as const) it.api.deletions.move(FIRST, state);
  const receipt = await it.api.signReceipt.sign(FIRST);
  const [header = '', , signature = ''] = receipt.split('.');
  await it.openAs('grace', '/console');
  await it.page.getByRole('link', { name: 'Check a receipt' }).click();
  await keep(receipt);
  await it.page.getByText('Signed by this service and unchanged.').waitFor();
  const { kid, alg } = it.api.signReceipt.key;
  const checked = await it.page.getByRole('main').textContent();
  expect(checked).toContain(`${kid}`);
  expect(checked).toContain(`${alg}; this service publishes it.`);
  expect(checked).toContain('the history of the deletion leads to it');
  await it.page.getByText('Content of the receipt').click();
  await it.page.getByText(`"sub": "${FIRST}"`).waitFor();
  await it.expectAccessible('console-receipt');
  await keep(` ${await it.api.signReceipt.signAnew(FIRST)}`);
  await it.page.getByText('The service has issued another receipt with this id.').waitFor();
  await keep([header, Buffer.from(JSON.stringify({ sub: SECOND })).toString('base64url'), signature].join('.'));
  await it.page.getByText('The signature does not match').waitFor();
  await keep('Dear sir or madam');
  await it.page.getByText('This is not a receipt.').waitFor();
});

test('a user who is not an admin gets a message, and the page makes no calls for them', async () => {
  moveAll();
  const asked: string[] = [];
  it.page.on('request', (request) => request.url().includes('/api/v1/') && asked.push(request.url()));
  await it.openAs('ada', '/console');
  await it.page.getByText('Only admins can use the console. Your account is not an admin account.').waitFor();
  await it.expectAccessible('console-refused');
  await it.page.goto(`${it.url}/?as=ada#/console/${SECOND}`);
  await it.page.getByText('Only admins can use the console.').waitFor();
  // Apart from the number of the user's own deleted videos, in the header.
  expect(new Set(it.api.requests)).toEqual(new Set(['GET /api/v1/deletions']));
  expect(asked.every((url) => url.includes('waiting=true'))).toBe(true);
  expect(await it.page.getByRole('link', { name: 'Console' }).count()).toBe(0);
});

test('deletions that could not be loaded can be loaded again', async () => {
  moveAll();
  await it.page.route('**/api/v1/deletions?*', (request) => request.fulfill({ status: 503, json: {} }));
  await it.openAs('grace', '/console');
  await it.page.getByText('The deletions could not be loaded. The service is busy.').waitFor();
  await it.page.unrouteAll();
  await button('Try again').click();
  await group('needed').waitFor();
  it.expectOnlyReportsOf('status of 503');
});

test('rows of another filter never stand below the one that is chosen', async () => {
  moveAll();
  await it.openAs('grace', '/console');
  await expect.poll(async () => (await statesIn('needed')).length).toBe(2);
  await it.page.route('**/api/v1/deletions?*state=deleted*', (request) => request.fulfill({ status: 503, json: {} }));
  await tally('Deleted').click();
  await it.page.getByText('The deletions could not be loaded.').waitFor();
  expect(await it.page.locator('tbody').count()).toBe(0);
  await it.page.goBack();
  await expect.poll(async () => (await statesIn('needed')).length).toBe(2);
  it.expectOnlyReportsOf('status of 503');
});
