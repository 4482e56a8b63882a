import { expect, test } from 'vitest';
import { cutsAfter } from '../../../../functions/stores/s3/cuts.ts';

const PREFIX = 'videos/1/720p/';
const cuts = (first: string, last: string, count: number, until?: string) =>
  cutsAfter(
    { first: PREFIX + first, last: PREFIX + last, until: until === undefined ? undefined : PREFIX + until },
    PREFIX,
    count,
  ).map((cut) => cut.slice(PREFIX.length));

test.each([
  ['numbers of equal width: a page at a time', ['v_0000.ts', 'v_0999.ts', 3], ['v_1999.ts', 'v_2999.ts', 'v_3999.ts']],
  ['no further than the width goes', ['v_8000.ts', 'v_8499.ts', 5], ['v_8999.ts', 'v_9499.ts', 'v_9999.ts']],
  ['nor than the end', ['v_0000.ts', 'v_0999.ts', 3, 'v_2500.ts'], ['v_1999.ts']],
  ['numbers without zeros: at the next digits', ['0.ts', '1897.ts', 20], ['2', '3', '4', '5', '6', '7', '8', '9', 'A']],
  ['hashes: at their first character', ['00a1', '4fe0', 20], ['5', '6', '7', '8', '9', 'A']],
  ['letters', ['ab', 'wz', 20], ['x', 'y', 'z']],
  ['as many as are wanted, wide apart', ['0.ts', '1897.ts', 3], ['2', '5', '8']],
  [
    'inside a part: at the next place',
    ['3001.ts', '31.ts', 20, '4'],
    ['32', '33', '34', '35', '36', '37', '38', '39', '3A'],
  ],
  ['nothing to cut at', ['~~', '~~~', 5], []],
] as const)('%s', (_, [first, last, count, until], expected) => {
  expect(cuts(first, last, count, until)).toEqual(expected);
});
