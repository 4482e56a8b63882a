import { expect, it } from 'vitest';
import { chunksOf } from '../../../functions/deletion/chunks-of.ts';

it.each([
  [[], []],
  [[1], [[1]]],
  [[1, 2, 3], [[1, 2, 3]]],
  [
    [1, 2, 3, 4, 5, 6, 7],
    [[1, 2, 3], [4, 5, 6], [7]],
  ],
])('cuts %j into chunks of three', (items, chunks) => {
  expect(chunksOf(items, 3)).toEqual(chunks);
});
