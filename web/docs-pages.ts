import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Marked, type Tokens } from 'marked';
import type { Plugin } from 'vite';

const DOCS = fileURLToPath(new URL('../docs', import.meta.url));
const STYLES = fileURLToPath(new URL('docs-pages.css', import.meta.url));

/** `RUNBOOK.md` as the page `docs/runbook.html`. */
const pageOf = (file: string) => `${basename(file, '.md').toLowerCase()}.html`;

/**
 * Puts the documents of this release beside the page, so that an operator is one click from what to do about an error:
 * `docs/errors.html#AccessDenied`.
 */
export function docsPages(): Plugin {
  return {
    name: 'docs-pages',
    apply: 'build',
    generateBundle() {
      const files = readdirSync(DOCS).filter((file) => file.endsWith('.md'));
      for (const file of files) {
        const source = htmlOf(readFileSync(join(DOCS, file), 'utf8'), files);
        this.emitFile({ type: 'asset', fileName: `docs/${pageOf(file)}`, source });
      }
      this.emitFile({ type: 'asset', fileName: 'docs/docs.css', source: readFileSync(STYLES, 'utf8') });
    },
  };
}

/** A document as a page. Headings, and the codes in the first column of a table, can be linked to. */
export function htmlOf(markdown: string, files: readonly string[]): string {
  const marked = new Marked({ gfm: true });
  const taken = new Set<string>();
  marked.use({
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        return `<h${depth} id="${anchorOf(text, taken)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const text = this.parser.parseInline(tokens);
        const address = addressOf(href, files);
        return address ? `<a href="${address}">${text}</a>` : text;
      },
      tablerow({ text }: Tokens.TableRow) {
        return `<tr>${withIds(text, taken)}</tr>\n`;
      },
    },
  });
  const [, title = ''] = /^# (.*)$/m.exec(markdown) ?? [];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title}</title>`,
    '<link rel="stylesheet" href="docs.css">',
    `<main>${marked.parse(markdown, { async: false })}</main>`,
    '</html>',
  ].join('\n');
}

/** As GitHub makes them: https://docs.github.com/en/get-started/writing-on-github (section links). */
function anchorOf(heading: string, taken: Set<string>): string {
  const words = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '');
  const anchor = words.trim().replaceAll(/\s/g, '-');
  taken.add(anchor);
  return anchor;
}

/** Where a link leads in these pages. Undefined for a file that is not among them: its words stay. */
function addressOf(href: string, files: readonly string[]): string | undefined {
  if (/^(https?:|#)/.test(href)) return href;
  const [path = '', fragment] = href.split('#');
  if (!files.includes(path)) return undefined;
  return `${pageOf(path)}${fragment === undefined ? '' : `#${fragment}`}`;
}

/** The codes in the first cell become anchors. The first row that names a code has it. */
function withIds(row: string, taken: Set<string>): string {
  const end = row.indexOf('</td>');
  if (end < 0) return row;
  const first = row.slice(0, end).replaceAll(/<code>(\w+)<\/code>/g, (all, code: string) => {
    if (taken.has(code)) return all;
    taken.add(code);
    return `<code id="${code}">${code}</code>`;
  });
  return first + row.slice(end);
}
