import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FAILURE_CODES } from '../../functions/deletion/errors.ts';
import { articleOf, KNOWN_CODES } from '../../web/src/console/errorGroups.ts';
import { builtPage } from '../support/built-page.ts';

const folder = join(await builtPage(), 'docs');
const pages = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.html'))
    .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
);
const idsIn = (html: string) => [...html.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id);

test('every document of this release stands beside the page', () => {
  const documents = readdirSync('docs').filter((file) => file.endsWith('.md'));
  expect([...pages.keys()].sort()).toEqual(documents.map((file) => `${file.slice(0, -3).toLowerCase()}.html`).sort());
});

describe.each([...pages])('%s', (_, html) => {
  test('each of its links to a document leads somewhere', () => {
    const links = [...html.matchAll(/href="([^":]+)"/g)].map(([, href = '']) => href);
    const broken = links.filter((href) => {
      const [file = '', id] = href.split('#');
      if (file === 'docs.css') return false;
      const target = file === '' ? html : pages.get(file);
      return target === undefined || (id !== undefined && !idsIn(target).includes(id));
    });
    expect(broken).toEqual([]);
  });

  test('no place is named twice, and it runs no script and brings no styles of its own', () => {
    const ids = idsIn(html);
    expect(ids.filter((id, position) => ids.indexOf(id) !== position)).toEqual([]);
    expect(html).not.toMatch(/<script|<style|\sstyle=/);
  });
});

test('the console links each error code to a place that is there', () => {
  const ids = idsIn(pages.get('errors.html') ?? '');
  for (const code of [...FAILURE_CODES, ...KNOWN_CODES, '57P02', '08006', 'unheard of']) {
    const [file, id = ''] = articleOf(code).split('#');
    expect(file).toBe('docs/errors.html');
    expect(ids, code).toContain(id);
  }
});
