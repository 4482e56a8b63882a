import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'vue/compiler-sfc';
import { STEP_NAMES } from '../../functions/deletion/record/steps.ts';
import { DELETION_STATES, HOLD_CODES } from '../../web/src/client/types.ts';

const FOLDERS = ['web/src/locales', 'web/src/deletion/locales'];
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
  for (const state of DELETION_STATES) expect(page.has(`console.states.${state}`), state).toBe(true);
  for (const code of HOLD_CODES) expect(page.has(`console.codes.${code}`), code).toBe(true);
  for (const name of STEP_NAMES) expect(parts.has(`steps.${name}`), name).toBe(true);
  for (const reason of ['owner', 'admin', 'account', 'orphan']) expect(page.has(`bin.by.${reason}`), reason).toBe(true);
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
