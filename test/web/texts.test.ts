import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'vue/compiler-sfc';
import { FAILURE_CODES } from '../../functions/deletion/errors.ts';
import { STEP_NAMES } from '../../functions/deletion/record/steps.ts';
import { DELETION_STATES, HOLD_CODES } from '../../web/src/client/types.ts';
import { errorGroupOf } from '../../web/src/console/errorGroups.ts';

const FOLDERS = ['web/src/locales', 'web/src/deletion/locales', 'web/src/console/locales'];
const textsIn = (folder: string, locale: string) => JSON.parse(readFileSync(join(folder, `${locale}.json`), 'utf8'));

/** Every text by its full key. */
function flat(texts: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value] as const] : [...flat(value, `${prefix}${key}.`)],
    ),
  );
}

const placesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test.each(FOLDERS)('%s: both languages have the same keys, placeholders and number of plural forms', (folder) => {
  const [english, german] = [flat(textsIn(folder, 'en')), flat(textsIn(folder, 'de'))];
  expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [key, text] of english) {
    const other = german.get(key) ?? '';
    expect(placesIn(other), key).toEqual(placesIn(text));
    expect(other.split(' | ').length, key).toBe(text.split(' | ').length);
  }
});

test('every state, code and reason of the API has a text', () => {
  const page = flat(textsIn('web/src/locales', 'en'));
  const parts = flat(textsIn('web/src/deletion/locales', 'en'));
  const ofConsole = flat(textsIn('web/src/console/locales', 'en'));
  for (const state of DELETION_STATES) expect(ofConsole.has(`console.states.${state}`), state).toBe(true);
  for (const code of HOLD_CODES) expect(ofConsole.has(`console.codes.${code}`), code).toBe(true);
  for (const name of STEP_NAMES) expect(parts.has(`steps.${name}`), name).toBe(true);
  for (const reason of ['owner', 'admin', 'account', 'orphan']) expect(page.has(`bin.by.${reason}`), reason).toBe(true);
});

/** Codes of stores and drivers that docs/ERRORS.md names, besides our own. */
const FOREIGN = ['23503', '25006', '42501', '42703', '42P01', '53300', '55P03', '57014', '57P01', '57P03', 'EACCES'];

test('every error code has words for the operator, and only what is unknown is called so', () => {
  const texts = flat(textsIn('web/src/console/locales', 'en'));
  for (const code of [...FAILURE_CODES, ...FOREIGN, '08006', 'EIO']) {
    const group = errorGroupOf(code);
    expect(texts.has(`console.errors.${group}`), code).toBe(true);
    expect(group === 'unknown', code).toBe(code === 'UnknownError');
  }
  expect(errorGroupOf('<img>')).toBe('unknown');
});

/** Keys of texts that a component names as a whole. */
const NAMED = /\bt\(\s*'([\w.]+)'/g;

test('every text that a page of the console names is there', () => {
  const texts = flat(textsIn('web/src/console/locales', 'en'));
  const all = flat(textsIn('web/src/locales', 'en'));
  const sources = readdirSync('web/src/console', { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(vue|ts)$/.test(file))
    .map((file) => readFileSync(join('web/src/console', file), 'utf8'))
    .join('\n');
  const named = [...sources.matchAll(NAMED)].map(([, key = '']) => key);
  expect(named.filter((key) => key.includes('.') && !texts.has(key) && !all.has(key))).toEqual([]);
});

const COMPONENTS = readdirSync('web/src', { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.vue'),
);
/** Attributes that people read or hear. */
const TOLD = ['aria-label', 'title', 'placeholder', 'alt', 'label'];

type Node = {
  type: number;
  content?: unknown;
  children?: Node[];
  props?: { name: string; value?: { content: string } }[];
};

/** The words that a template itself contains. */
function wordsIn({ content, children = [], props = [], type }: Node): string[] {
  const TEXT = 2;
  const own = type === TEXT && typeof content === 'string' ? [content] : [];
  const told = props.filter(({ name }) => TOLD.includes(name)).map(({ value }) => value?.content ?? '');
  return [...told, ...own, ...children.flatMap(wordsIn)].filter((text) => /\p{L}/u.test(text));
}

test.each(COMPONENTS)('%s: the template contains no text', (file) => {
  const source = readFileSync(join('web/src', file), 'utf8');
  const { descriptor, errors } = parse(source);
  expect(errors).toEqual([]);
  expect(wordsIn(descriptor.template?.ast as unknown as Node)).toEqual([]);
});

test('the check finds a text in a template', () => {
  const source = '<template><p v-if="a" title="Told">Two <b>words</b> {{ t("fine") }} – ×</p></template>';
  expect(wordsIn(parse(source).descriptor.template?.ast as unknown as Node)).toEqual(['Told', 'Two ', 'words']);
});
