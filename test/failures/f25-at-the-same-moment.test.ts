import { test } from 'vitest';
import { COMMAND_NAMES, STARTS, type StartName } from './commands-at-once.ts';
import { heldInEveryOrder } from './hold-beats-undo-beats-delete.ts';

/** Minutes on a machine that is busy with other things; seconds otherwise. */
const PATIENCE = 240_000;
const PAIRS = COMMAND_NAMES.flatMap((one, index) => COMMAND_NAMES.slice(index).map((other) => [one, other] as const));

test.for(Object.keys(STARTS) as StartName[])(
  'F25 any two commands at a video that is %s: hold beats undo beats delete',
  { timeout: PATIENCE },
  async (start, { annotate }) => {
    let orders = 0;
    for (const pair of PAIRS) orders += await heldInEveryOrder(start, pair);
    await annotate(`${PAIRS.length} pairs of commands in ${orders} interleavings, each with the one right outcome`);
  },
);

test.for([
  ['visible', ['delete', 'undo', 'hold']],
  ['visible', ['delete', 'hold', 'release']],
  ['in its undo window', ['undo', 'hold', 'release']],
  ['in its undo window', ['undo', 'hold', 'window ends']],
  ['in its undo window', ['undo', 'work', 'window ends']],
  ['settled long enough', ['hold', 'sweep', 'work']],
  ['due again after its worker died', ['hold', 'slow work']],
  ['failed', ['hold', 'replay', 'release']],
] as const)('F25 at a video that is %s: %s', { timeout: PATIENCE }, async ([start, names], { annotate }) => {
  const orders = await heldInEveryOrder(start, names);
  await annotate(`${names.join(', ')}: ${orders} interleavings, each with the one right outcome`);
});
