import { expect, test } from 'vitest';
import { OWNER, VIDEOS } from '../support/canned-videos.ts';
import { usePage } from '../support/page.ts';

const [FIRST = '', SECOND = '', THIRD = ''] = VIDEOS.map(({ id }) => id);
const it = usePage();

const button = (name: string | RegExp) => it.page.getByRole('button', { name, exact: true });
const tableNamed = (name: string) => it.page.getByRole('table', { name });
/** The states in a table, from the first row to the last. */
const statesIn = (name: string) => tableNamed(name).locator('.state').allTextContents();

/** One deletion has ended, one has failed, and one is on hold. */
function moveAll(): void {
  it.api.deletions.move(FIRST, 'deleted');
  it.api.deletions.move(SECOND, 'failed');
  it.api.deletions.hold(THIRD, { code: 'litigation', caseNumber: '2026/117' });
}

test('shows the deletions that wait for an operator first, then all deletions, with figures', async () => {
  moveAll();
  await it.openAs('grace', '/console');
  await tableNamed('Needs you: failed, held and overdue').waitFor();
  expect(await it.page.title()).toBe('Console');
  expect(await statesIn('Needs you: failed, held and overdue')).toEqual(['Failed', 'Held']);
  expect((await statesIn('Deletions, newest first')).sort()).toEqual(['Deleted', 'Failed', 'Held']);
  const figures = (await it.page.getByRole('region', { name: 'Figures' }).textContent()) ?? '';
  expect(figures).toMatch(/Failed 1.*Held 1.*Delete its files: AccessDenied.*1.*Requested in the last 24 hours: 3/s);
  expect(await it.page.getByText(/^Updated \d+ seconds? ago$/).count()).toBe(1);
  await it.expectAccessible('console');
});

test('filters the list by state and by owner, and finds a deletion by its ID', async () => {
  moveAll();
  await it.openAs('grace', '/console');
  await it.page.getByRole('combobox', { name: 'State' }).selectOption('Deleted');
  await expect.poll(() => statesIn('Deletions, newest first')).toEqual(['Deleted']);
  await it.page.getByRole('combobox', { name: 'State' }).selectOption('All');
  await it.page.getByRole('textbox', { name: 'Owner ID' }).fill(SECOND);
  await button('Filter').click();
  await it.page.getByText('No deletions were found.').waitFor();
  expect(it.page.url()).toContain(`owner=${SECOND}`);
  await it.page.reload();
  await it.page.getByText('No deletions were found.').waitFor();
  await it.page.getByRole('textbox', { name: 'Owner ID' }).fill(OWNER);
  await button('Filter').click();
  await expect.poll(async () => (await statesIn('Deletions, newest first')).length).toBe(3);
  await it.page.getByRole('textbox', { name: 'Video ID' }).fill(SECOND);
  await it.page.getByRole('textbox', { name: 'Video ID' }).press('Enter');
  await it.page.getByRole('heading', { name: `Deletion of ${SECOND}` }).waitFor();
  expect(await it.page.title()).toBe('Deletion');
  expect(await it.page.locator('main:focus').count()).toBe(1);
});

test('shows one deletion: its steps with counts, retries and errors, and its hash chain', async () => {
  it.api.deletions.move(SECOND, 'pending');
  it.api.deletions.move(SECOND, 'running');
  it.api.deletions.move(SECOND, 'failed');
  await it.openAs('grace', `/console/${SECOND}`);
  const step = it.page
    .getByRole('listitem')
    .filter({ has: it.page.getByRole('heading', { name: 'Delete its files' }) });
  await step.getByText('AccessDenied').waitFor();
  expect(await step.textContent()).toMatch(/ran 12 times.*objects.*13.*bytes.*413,905/s);
  await it.page.getByText('The hash chain is intact.').waitFor();
  expect(await it.page.locator('.history strong').allTextContents()).toEqual([
    'Not requested → Pending',
    'Pending → Running',
    'Running → Failed',
  ]);
  await it.expectAccessible('console-deletion');
  it.api.deletions.forge(SECOND);
  await it.page.reload();
  await it.page.getByText('The hash chain is broken at entry 1.').waitFor();
});

test('replays one deletion, or all that have failed, and says how many', async () => {
  it.api.deletions.move(FIRST, 'failed');
  it.api.deletions.move(SECOND, 'failed');
  it.api.deletions.move(THIRD, 'failed');
  await it.openAs('grace', '/console');
  await tableNamed('Needs you: failed, held and overdue')
    .getByRole('button', { name: `Replay ${FIRST}` })
    .click();
  await it.page.getByText('1 deletion was replayed.').waitFor();
  expect(it.api.deletions.stateOf(FIRST)).toBe('running');
  await it.page.route(`**/${THIRD}/deletion/replay`, (request) => request.fulfill({ status: 409, json: {} }));
  await button('Replay all 2').click();
  await it.page.getByText('1 deletion was replayed. The state of the deletion does not allow this.').waitFor();
  expect(it.api.deletions.stateOf(SECOND)).toBe('running');
  it.expectOnlyReportsOf('status of 409');
});

test('holds a deletion with a reason, and releases it', async () => {
  it.api.deletions.move(FIRST, 'running');
  await it.openAs('grace', `/console/${FIRST}`);
  await button('Put on hold').click();
  const dialog = it.page.getByRole('dialog', { name: 'Put on hold' });
  await dialog.getByRole('textbox', { name: 'Case number' }).fill('Case 117 of Ms Example');
  await dialog.getByRole('button', { name: 'Put on hold' }).click();
  expect(await dialog.isVisible()).toBe(true);
  await it.expectAccessible('hold');
  await dialog.getByRole('combobox', { name: 'Reason' }).selectOption('Regulator');
  await dialog.getByRole('textbox', { name: 'Case number' }).fill('2026/117');
  await dialog.getByRole('button', { name: 'Put on hold' }).click();
  await it.page.getByText('Regulator, 2026/117: nothing more is being deleted.').waitFor();
  await it.expectAccessible('console-held');
  await button('Release').click();
  await it.page.getByRole('dialog').getByRole('textbox', { name: 'Case number' }).fill('2026/117');
  await it.page.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
  await expect.poll(() => it.page.locator('main .state').textContent()).toBe('Running');
});

test('a video without a deletion can be put on hold, and an invalid ID is reported', async () => {
  await it.openAs('grace', `/console/${FIRST}`);
  await it.page.getByText('Nobody has requested the deletion of this video').waitFor();
  await button('Put on hold').click();
  await it.page.getByRole('dialog').getByRole('textbox', { name: 'Case number' }).fill('2026/117');
  await it.page.getByRole('dialog').getByRole('button', { name: 'Put on hold' }).click();
  await it.page.getByText('Litigation, 2026/117').waitFor();
  it.expectOnlyReportsOf('status of 404');
  await it.page.route('**/videos/nonsense/deletion', (request) => request.fulfill({ status: 400, json: {} }));
  await it.page.goto(`${it.url}/?as=grace#/console/nonsense`);
  await it.page.getByText('This is not a valid ID.').waitFor();
  it.expectOnlyReportsOf('status of 400');
});

test('compares the receipt of a deletion with its history, and says where they differ', async () => {
  for (const state of ['pending', 'running', 'deleted'] as const) it.api.deletions.move(FIRST, state);
  await it.openAs('grace', `/console/${FIRST}`);
  await button('Receipt').click();
  await it.page.getByText('Signed by this service and unchanged.').waitFor();
  await it.page.keyboard.press('Escape');
  it.api.deletions.forge(FIRST);
  await button('Receipt').click();
  await it.page.getByText('it does not fit the history of this deletion. Entry 1 was changed').waitFor();
  await it.page.getByText('Content of the receipt').click();
  await it.page.getByRole('dialog').getByText(`"sub": "${FIRST}"`).waitFor();
});

test('checks a receipt that somebody has kept', async () => {
  const keep = (receipt: string) => {
    const file = { name: `${receipt.length}.jws`, mimeType: 'application/jose', buffer: Buffer.from(receipt) };
    return it.page.getByLabel('Receipt (a .jws file)').setInputFiles(file);
  };
  for (const state of ['pending', 'running', 'deleted'] as const) it.api.deletions.move(FIRST, state);
  const receipt = await it.api.signReceipt.sign(FIRST);
  const [header = '', , signature = ''] = receipt.split('.');
  await it.openAs('grace', '/console');
  await keep(receipt);
  await it.page.getByText('Signed by this service and unchanged.').waitFor();
  await it.page.getByText(`"sub": "${FIRST}"`).waitFor();
  await it.page.getByText('the history of the deletion leads to it').waitFor();
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
  await tableNamed('Deletions, newest first').waitFor();
  it.expectOnlyReportsOf('status of 503');
});

test('a dialog to hold stays one, though somebody else has put the video under a hold meanwhile', async () => {
  it.api.deletions.move(FIRST, 'running');
  await it.openAs('grace', `/console/${FIRST}`);
  await button('Put on hold').click();
  const dialog = it.page.getByRole('dialog', { name: 'Put on hold' });
  await dialog.getByRole('textbox', { name: 'Case number' }).fill('2026/117');
  it.api.deletions.hold(FIRST, { code: 'regulator', caseNumber: '2026/99' });
  await it.page.getByText('Regulator, 2026/99').waitFor();
  await dialog.getByRole('button', { name: 'Put on hold' }).click();
  await it.page.getByText('Litigation, 2026/117').waitFor();
  expect(it.api.requests.filter((request) => request.startsWith('DELETE'))).toEqual([]);
});

test('rows of another filter never stand below the one that is chosen', async () => {
  moveAll();
  await it.openAs('grace', '/console');
  await expect.poll(async () => (await statesIn('Deletions, newest first')).length).toBe(3);
  await it.page.route('**/api/v1/deletions?*state=deleted*', (request) => request.fulfill({ status: 503, json: {} }));
  await it.page.getByRole('combobox', { name: 'State' }).selectOption('Deleted');
  await it.page.getByText('The deletions could not be loaded.').waitFor();
  expect(await tableNamed('Deletions, newest first').count()).toBe(0);
  await it.page.goBack();
  await expect.poll(async () => (await statesIn('Deletions, newest first')).length).toBe(3);
  it.expectOnlyReportsOf('status of 503');
});
