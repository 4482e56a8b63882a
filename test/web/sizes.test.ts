import { expect, test } from 'vitest';
import { BEYOND } from '../support/accessible.ts';
import { cannedVideo, VIDEOS } from '../support/canned-videos.ts';
import { TITLE, usePage } from '../support/page.ts';

const [FIRST = '', SECOND = '', THIRD = ''] = VIDEOS.map(({ id }) => id);
const it = usePage();

/** WCAG 1.4.12: what a user may set, without anything being lost. */
const SPACING =
  '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }';
const LONG = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen'.repeat(3);

/** Titles and numbers of every kind that breaks a layout. */
function fill(): void {
  for (const [n, title] of ['', LONG, '\u0634\u0644\u0648\u0645 \u2013 (2)!', '<b>x</b>'].entries()) {
    it.api.videos.push({ ...cannedVideo(4 + n, title), views: 1_234_567_890_123, likes: 9_876_543_210_987 });
  }
}

test.each([320, 768, 1440])('nothing needs sideways scrolling at %i px, in German, with wide text', async (width) => {
  fill();
  await it.page.setViewportSize({ width, height: 700 });
  await it.page.addInitScript("localStorage.setItem('locale', 'de')");
  const expectFits = async (what: string) => {
    // The page's policy lets nobody add a style element.
    await it.page.evaluate(
      `{ const sheet = new CSSStyleSheet(); sheet.replaceSync('${SPACING}'); document.adoptedStyleSheets.push(sheet); }`,
    );
    await it.page.screenshot({ path: `test-results/${what}-${width}.png` });
    expect(await it.page.evaluate(BEYOND), what).toEqual([]);
  };
  await it.open();
  await expectFits('profile');
  await it.page.getByRole('checkbox', { name: `${TITLE} auswählen` }).press('Space');
  await expectFits('selecting');
  await it.page.getByRole('toolbar').getByRole('button', { name: 'Löschen' }).click();
  await expectFits('dialog');
  await it.page.getByRole('dialog').getByRole('button', { name: 'Löschen' }).click();
  await it.message().waitFor();
  await expectFits('message');
  it.api.deletions.move(SECOND, 'settling');
  it.api.deletions.move(THIRD, 'deleted');
  await it.page.getByRole('link', { name: /gelöscht/i }).click();
  await it.page.getByText(THIRD).waitFor();
  await expectFits('bin');
  it.api.deletions.move(FIRST, 'failed');
  await it.openAs('grace', '/console');
  await it.page.getByRole('table').first().waitFor();
  await expectFits('console');
  await it.page.goto(`${it.url}/?as=grace#/console/${FIRST}`);
  await it.page.getByText('AccessDenied').first().waitFor();
  await expectFits('console-deletion');
});

test('in forced colours, everything that can be pressed has an edge or words', async () => {
  await it.page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await it.open();
  await it.page.getByRole('checkbox', { name: `Select ${TITLE}` }).press('Space');
  await it.page.screenshot({ path: 'test-results/forced-colours.png' });
  const bare = `[...document.querySelectorAll('button, a, select, input')].filter((it) => it.checkVisibility())
    .filter((it) => !(it.textContent.trim() || it.getAttribute('aria-label') || it.labels?.length)).map((it) => it.outerHTML)`;
  expect(await it.page.evaluate(bare)).toEqual([]);
  const outline = "getComputedStyle(document.querySelector('.card[data-selected] .picture')).outlineStyle";
  expect(await it.page.evaluate(outline)).toBe('solid');
});
