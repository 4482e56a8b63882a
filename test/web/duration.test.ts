import { expect, test } from 'vitest';
import { duration } from '../../web/src/deletion/duration.ts';

test.each([
  ['en', 1, '1 second'],
  ['en', 119, '119 seconds'],
  ['en', 120, '2 minutes'],
  ['en', 599, '9 minutes'],
  ['de', 10, '10 Sekunden'],
  ['de', 900, '15 Minuten'],
])('in %s, %i seconds are "%s"', (locale, seconds, words) => {
  expect(duration(locale, seconds)).toBe(words);
});
