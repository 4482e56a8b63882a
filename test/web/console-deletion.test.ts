import { expect, test } from 'vitest';
import { VIDEOS } from '../support/canned-videos.ts';
import { usePage } from '../support/page.ts';

const [FIRST = '', SECOND = ''] = VIDEOS.map(({ id }) => id);
const it = usePage();

const button = (name: string | RegExp) => it.page.getByRole('button', { name, exact: true });

test('shows one deletion: what is wrong, when each step worked and waited, each failed attempt, and the chain', async () => {
  for (const state of ['pending', 'running', 'failed'] as const) it.api.deletions.move(SECOND, state);
  it.api.deletions.age(SECOND, 9_000);
  await it.openAs('grace', `/console/${SECOND}`);
  await it.page.getByText('Stopped: Access was refused: a grant or a policy').waitFor();
  expect(await it.page.getByText('12 attempts without progress, the last at').count()).toBe(1);
  expect(await it.page.getByRole('link', { name: 'What to do' }).first().getAttribute('href')).toBe(
    'docs/errors.html#AccessDenied',
  );
  expect(await it.page.getByRole('img', { name: /^12 failed attempts from .* to / }).count()).toBe(1);
  expect(await it.page.locator('.gantt .failed').count()).toBe(12);
  expect(await it.page.getByRole('img', { name: 'Not begun' }).count()).toBe(4);
  const attempts = it.page.getByRole('region', { name: 'Failed attempts at “Delete its files”' });
  expect(await attempts.locator('tbody tr').count()).toBe(12);
  expect(await attempts.locator('tbody tr').first().textContent()).toMatch(/^12.*0\.4 sec.*29 minutes.*AccessDenied/s);
  expect(await it.page.getByText('What each step did').locator('..').textContent()).toMatch(
    /Delete its files\s*failed, ran 12 times.*objects\s*13.*bytes\s*413,905/s,
  );
  await it.page.getByText('The hash chain is intact.').waitFor();
  expect(await it.page.locator('.chain b').allTextContents()).toEqual([
    'Not requested → Pending',
    'Pending → Running',
    'Running → Failed',
  ]);
  await it.expectAccessible('console-deletion');
  it.api.deletions.forge(SECOND);
  await it.page.reload();
  await it.page.getByText('The hash chain is broken at entry 1.').waitFor();
});

test('deletes a video as an admin, and takes it back', async () => {
  await it.openAs('grace', `/console/${FIRST}`);
  await button('Delete this video…').click();
  const dialog = it.page.getByRole('dialog', { name: 'Delete this video?' });
  await it.expectAccessible('console-delete');
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect.poll(() => it.api.deletions.stateOf(FIRST)).toBe('pending');
  await button('Undo').click();
  await expect.poll(() => it.api.deletions.stateOf(FIRST)).toBeUndefined();
  await button('Delete this video…').waitFor();
  it.expectOnlyReportsOf('status of 404');
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
  const release = it.page.getByRole('dialog', { name: 'Release' });
  expect(await release.textContent()).toMatch(
    /Regulator, 2026\/117\s*set by .* on .*A release leads back to: Running/s,
  );
  await it.expectAccessible('console-release');
  expect(await release.getByRole('textbox', { name: 'Case number of the release' }).inputValue()).toBe('2026/117');
  await release.getByRole('button', { name: 'Release' }).click();
  await expect.poll(async () => (await it.page.locator('main .state').textContent())?.trim()).toBe('Running');
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
