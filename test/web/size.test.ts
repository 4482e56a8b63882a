import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { builtPage } from '../support/built-page.ts';

/** The most script that the profile may load before it shows anything, compressed, in bytes. */
const MOST = 90_000;

/** Scripts that are fetched when they are needed: the player, the bin, the console, and the check of receipts. */
const LATER = ['hls', 'BinPage', 'Console', 'Deletion', 'verify-receipt', 'check-receipt', 'history'];

/** A script with all that it imports at once. What it imports later does not count. */
function withImports(folder: string, name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  const source = readFileSync(join(folder, name), 'utf8');
  for (const [, imported = ''] of source.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
    withImports(folder, imported, found);
  return found;
}

test('the profile loads at most 90 KB of script, compressed, and no player, bin, console or check of receipts', async ({
  annotate,
}) => {
  const page = await builtPage();
  const html = readFileSync(join(page, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\/assets\/([^"]+\.js)"/g)].map(([, name = '']) => name);
  expect(named).not.toEqual([]);
  const scripts = new Set(named.flatMap((name) => [...withImports(join(page, 'assets'), name)]));
  const all = readdirSync(join(page, 'assets'));
  for (const part of LATER)
    expect(
      all.filter((name) => name.startsWith(part)),
      part,
    ).not.toEqual([]);
  expect([...scripts].filter((name) => LATER.some((part) => name.includes(part)))).toEqual([]);
  const bytes = [...scripts].reduce(
    (sum, name) => sum + gzipSync(readFileSync(join(page, 'assets', name))).byteLength,
    0,
  );
  await annotate(`${Math.round(bytes / 1024)} KB`);
  expect(bytes).toBeGreaterThan(20 * 1024);
  expect(bytes).toBeLessThanOrEqual(MOST);
});
