import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAILURE_CODES } from '../../functions/deletion/errors.ts';

/** The codes in the first column of the tables of docs/ERRORS.md that look like names, not like SQL states. */
function documentedCodes(): Set<string> {
  const rows = readFileSync('docs/ERRORS.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  return new Set(rows.flatMap((row) => row.split('|')[1]?.match(/(?<=`)[A-Z][A-Za-z]{2,}(?=`)/g) ?? []));
}

test('every code of a failed step is explained in docs/ERRORS.md', () => {
  const documented = documentedCodes();
  expect(FAILURE_CODES.filter((code) => !documented.has(code))).toEqual([]);
});

test('docs/ERRORS.md explains no code that this service does not know', () => {
  const others = [
    'EACCES',
    'EPERM',
    'EBUSY',
    'Error',
    'InvalidArgument',
    'TooManyInvalidations',
    'UnknownInvalidation',
  ];
  const known: readonly string[] = [...FAILURE_CODES, ...others];
  expect([...documentedCodes()].filter((code) => !known.includes(code))).toEqual([]);
});
