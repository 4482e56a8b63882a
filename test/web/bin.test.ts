import { expect, test, vi } from 'vitest';
import { VIDEOS } from '../support/canned-videos.ts';
import { TITLE, usePage } from '../support/page.ts';
import { PATIENCE } from '../support/patience.ts';

const [FIRST = '', SECOND = '', THIRD = ''] = VIDEOS.map(({ id }) => id);
const it = usePage();

const part = (name: string) => it.page.getByRole('region', { name, exact: true });
const openBin = () => it.openAs('ada', '/deleted');

test('says of each deletion where it is: what can be restored, what is being deleted, what is gone', async () => {
  it.api.deletions.move(FIRST, 'pending');
  it.api.deletions.move(SECOND, 'settling');
  it.api.deletions.move(THIRD, 'deleted');
  await openBin();
  await part('Can be restored').getByRole('heading', { name: TITLE }).waitFor();
  await part('Can be restored')
    .getByText(/^\d+ seconds left$/)
    .waitFor();
  await part('Being deleted').getByText('Gone everywhere.').waitFor();
  expect(await part('Being deleted').textContent()).toContain(VIDEOS[1]?.title);
  await part('Deleted').getByText(THIRD).waitFor();
  expect(await part('Deleted').textContent()).toContain('removed by you');
  await it.expectAccessible('bin');
});

test.each([
  ['failed', 'Stopped. We are looking into it'],
  ['held', 'Must be kept for now'],
  ['running', 'Delete its records'],
] as const)('a deletion that is %s says what that means, with its steps', async (state, sentence) => {
  it.api.deletions.move(SECOND, state);
  await openBin();
  await part('Being deleted').getByText(sentence).first().waitFor();
  await part('Being deleted').getByText('Steps').click();
  await part('Being deleted').getByText('Hide the video').waitFor();
  await it.expectAccessible(`bin-${state}`);
});

test('restores one, and it is back in the list', async () => {
  it.api.deletions.move(FIRST, 'pending');
  await openBin();
  await it.page.getByRole('button', { name: `Restore ${TITLE}` }).click();
  await it.message().getByText('The video is back').waitFor();
  await it.page.getByText('Nothing is deleted').waitFor();
  await it.expectAccessible('bin-empty');
  await it.page.getByRole('link', { name: 'My videos' }).click();
  await it.card(TITLE).waitFor();
});

test('restores all, or some that are selected, in one request', async () => {
  for (const id of [FIRST, SECOND, THIRD]) it.api.deletions.move(id, 'pending');
  await openBin();
  await it.page.getByRole('button', { name: 'Select', exact: true }).click();
  await it.page.getByRole('checkbox', { name: `Select ${TITLE}` }).check();
  await it.page.getByText('1 selected').waitFor();
  await it.expectAccessible('bin-selecting');
  await it.page.getByRole('button', { name: 'Restore', exact: true }).click();
  await it.message().getByText('The video is back').waitFor();
  await it.page.getByRole('button', { name: 'Restore all 2' }).click();
  await it.message().getByText('2 videos are back').waitFor();
  expect(it.api.requests.filter((request) => request.startsWith('POST'))).toEqual([
    `POST /api/v1/videos/${FIRST}/deletion/undo`,
    'POST /api/v1/deletions/undo',
  ]);
});

test('deletes now what waits, after it has asked', async () => {
  it.api.deletions.move(FIRST, 'pending');
  await openBin();
  const ask = it.page.getByRole('button', { name: `Delete now, for good: ${TITLE}` });
  await ask.click();
  const dialog = it.page.getByRole('dialog', { name: 'Delete this video for good, now?' });
  expect(await dialog.textContent()).toContain('Nobody can restore it after this');
  await it.expectAccessible('bin-now');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await ask.click();
  await it.page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
  await part('Being deleted').getByRole('heading', { name: TITLE }).waitFor();
  expect(it.api.deletions.stateOf(FIRST)).toBe('running');
});

test('one that could not be deleted now is said, and still waits', async () => {
  it.api.deletions.move(FIRST, 'pending');
  await openBin();
  await it.page.route('**/deletion/now', (request) => request.fulfill({ status: 409, json: {} }));
  await it.page.getByRole('button', { name: /^Delete now/ }).click();
  await it.page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
  await it.page.getByText('1 could not be deleted now.').waitFor();
  await part('Can be restored').getByRole('heading', { name: TITLE }).waitFor();
  it.expectOnlyReportsOf('status of 409');
});

test('shows and verifies the receipt of what is gone', async () => {
  it.api.deletions.move(THIRD, 'deleted');
  await openBin();
  await it.page.getByRole('button', { name: `Receipt for ${THIRD}` }).click();
  await it.page.getByRole('dialog', { name: 'Receipt' }).getByText('Signed by this service').waitFor();
});

test('follows what happens elsewhere: another tab deletes, and the service goes on', async () => {
  await openBin();
  await it.page.getByText('Nothing is deleted').waitFor();
  const other = await it.another();
  await it.open(other);
  await other.getByRole('button', { name: `Delete ${TITLE}` }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await part('Can be restored').getByRole('heading', { name: TITLE }).waitFor();
  expect(await it.page.getByRole('link', { name: /Recently deleted/ }).textContent()).toContain('1');
  it.api.deletions.move(FIRST, 'deleted');
  await vi.waitFor(async () => expect(await part('Deleted').textContent()).toContain(FIRST), PATIENCE);
});

test('a list that could not be loaded is said, and loads again', async () => {
  await it.page.route('**/api/v1/deletions?*', (request) => request.fulfill({ status: 503, json: {} }));
  await openBin();
  await it.page.getByText('Your deleted videos could not be loaded. The service is busy.').waitFor();
  await it.expectAccessible('bin-failed');
  await it.page.unrouteAll();
  await it.page.getByRole('button', { name: 'Try again' }).click();
  await it.page.getByText('Nothing is deleted').waitFor();
  it.expectOnlyReportsOf('status of 503');
});

test('an admin’s bin has the admin’s own videos, not everybody’s', async () => {
  it.api.deletions.move(FIRST, 'pending');
  await it.openAs('grace', '/deleted');
  await it.page.getByText('Nothing is deleted').waitFor();
});

test('the first tick begins the selection, and Escape ends it from anywhere', async () => {
  for (const id of [FIRST, SECOND]) it.api.deletions.move(id, 'pending');
  await openBin();
  const tick = it.page.getByRole('checkbox', { name: `Select ${TITLE}` });
  await tick.press('Space');
  await it.page.getByText('1 selected').waitFor();
  await tick.press('Escape');
  await it.page.getByRole('button', { name: 'Select', exact: true }).waitFor();
});

test('a deletion whose row is gone is not looked for again and again', async () => {
  it.api.deletions.move(FIRST, 'settling');
  it.api.videos.splice(0, 1);
  await openBin();
  await part('Being deleted').getByText('No title').waitFor();
  const reads = () => it.api.requests.filter((request) => request === 'GET /api/v1/users/me/videos').length;
  const lists = () => it.api.requests.filter((request) => request === 'GET /api/v1/deletions').length;
  const before = lists();
  await vi.waitFor(() => expect(lists()).toBeGreaterThan(before + 7), PATIENCE);
  expect(reads()).toBe(1);
});

/** Changes what the API answers to the part of the bin that asks with this parameter. */
async function alter(asked: string, change: (deletion: Record<string, unknown>) => Record<string, unknown>) {
  await it.page.route(`**/api/v1/deletions?*${asked}=true*`, async (route) => {
    const response = await route.fetch();
    const { deletions, ...rest } = (await response.json()) as { deletions: Record<string, unknown>[] };
    await route.fulfill({ response, json: { ...rest, deletions: deletions.map(change) } });
  });
}

test('says of which video copies can still be watched, and then no longer that nobody can', async () => {
  it.api.deletions.window.seconds = 30 * 86_400;
  it.api.deletions.move(FIRST, 'pending');
  it.api.deletions.move(SECOND, 'pending');
  const json = { undoSeconds: 30 * 86_400, playableWhileWaiting: false };
  await it.page.route('**/config.json', (request) => request.fulfill({ json }));
  await openBin();
  await it.page.getByText(/Until then nobody can watch it/).waitFor();
  await alter('waiting', (deletion) => (deletion.videoId === FIRST ? { ...deletion, playable: true } : deletion));
  await it.page.reload();
  await it.page.getByText('Whoever has the link can still watch it').waitFor();
  expect(await it.page.getByText('Whoever has the link can still watch it').count()).toBe(1);
  expect(await it.page.getByText(/nobody can watch it/).count()).toBe(0);
  await it.expectAccessible('bin-playable');
});

test('a title that has gone with its row is said to be gone, and not missing', async () => {
  it.api.deletions.move(FIRST, 'running');
  const done = (steps: unknown) =>
    (steps as { name: string }[]).map((step) => (step.name === 'deleteRows' ? { ...step, state: 'done' } : step));
  await alter('open', (deletion) => ({ ...deletion, steps: done(deletion.steps) }));
  await it.page.route('**/users/me/videos?*', (route) => route.fulfill({ json: { videos: [] } }));
  await openBin();
  await part('Being deleted').getByRole('heading', { name: 'Its title is deleted already' }).waitFor();
});
