import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SETTINGS } from '../../functions/settings/settings.ts';
import { settingsPage } from './settings-table.ts';

test('docs/SETTINGS.md says of every setting what is expected, its default, and who reads it', () => {
  const page = readFileSync('docs/SETTINGS.md', 'utf8');
  expect(page).toBe(settingsPage());
  for (const name of Object.values(SETTINGS).flatMap((group) => Object.keys(group)))
    expect(page).toContain(`| \`${name}\` |`);
  expect(page).toMatch(/## gate\n\nRead by `invalidate-edge`\./);
  expect(page).not.toContain('Read by –');
});
