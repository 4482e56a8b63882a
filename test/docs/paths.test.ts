import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOMS = 'bench|bin|docs|functions|lib|local|ops|platform|test|web';
const pages = globSync(['*.md', 'docs/*.md']).map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(pages)('$file', ({ file, text }) => {
  it('links only to files and headings that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    const broken = links.filter(([, path = '', anchor]) => {
      const target = path === '' ? file : join(dirname(file), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
    });
    expect(broken.map(([whole]) => whole)).toEqual([]);
  });

  it('names only files, folders and npm scripts that exist', () => {
    // A template such as `functions/stores/<system>` is no path, and the glossary leaves `functions/` out.
    const paths = [...text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)].map(([, path = '']) => path);
    const missing = paths.filter((path) => new RegExp(`^(${ROOMS})/`).test(path) && !existsSync(path));
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name = '']) => name);
    expect([...missing, ...named.filter((name) => !(name in scripts))]).toEqual([]);
  });
});

it('docs/GLOSSARY.md names only files that exist, in the order of the alphabet', () => {
  const text = pages.find(({ file }) => file === 'docs/GLOSSARY.md')?.text ?? '';
  const rows = [...text.matchAll(/^\| \*\*(.+?)\*\* \|.*\| (.*) \|$/gm)];
  const words = rows.map(([, word = '']) => word);
  expect(words).toEqual(words.toSorted((a, b) => a.localeCompare(b, 'en')));
  const paths = rows.flatMap(([, , code = '']) => [...code.matchAll(/`((?:deletion|stores)\/[\w./-]*)`/g)]);
  expect(paths.map(([, path]) => `functions/${path}`).filter((path) => !existsSync(path))).toEqual([]);
});
