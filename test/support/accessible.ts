import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** WCAG 2.2, levels A and AA, and what the makers of axe hold to be good besides. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const LOOKS = [
  { name: 'desktop-light', colorScheme: 'light', width: 1000, height: 760 },
  { name: 'phone-dark', colorScheme: 'dark', width: 390, height: 844 },
] as const;

/** What makes the page scroll sideways. */
export const BEYOND = `
  const { scrollWidth, clientWidth } = document.documentElement;
  const all = scrollWidth > clientWidth ? [...document.querySelectorAll('body *')] : [];
  all.filter((it) => it.getBoundingClientRect().right > clientWidth).map((it) => it.outerHTML.slice(0, 80));`;

/**
 * Checks that axe finds no violation on the page, in both colour schemes and both sizes, and that nothing needs
 * horizontal scrolling. Afterwards the page looks as before.
 * @param place the path of the screenshots, without their extension
 */
export async function expectAccessible(page: Page, place: string): Promise<void> {
  const before = page.viewportSize();
  for (const { name, colorScheme, width, height } of LOOKS) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: `${place}-${name}.png` });
    const { violations } = await new AxeBuilder({ page })
      .options({ runOnly: RULES, resultTypes: ['violations'] })
      .analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect(found, `${place}, ${name}`).toEqual([]);
    expect(await page.evaluate(BEYOND), `${place}, ${name}: beyond the window`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before) await page.setViewportSize(before);
}
