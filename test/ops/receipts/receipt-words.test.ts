import { expect, test } from 'vitest';
import { receiptOf } from '../../../functions/deletion/record/receipt.ts';
import { wordsOf } from '../../../ops/receipts/receipt-words.ts';
import { aTombstone } from '../../support/a-tombstone.ts';
import { ISSUER } from '../../support/rules.ts';

const wordsAbout = (changes: Partial<Parameters<typeof receiptOf>[0]>) =>
  wordsOf(
    receiptOf(
      { ...aTombstone(), ...changes },
      { id: 'a-receipt', at: new Date('2026-11-22T10:00:00Z'), issuer: ISSUER },
    ),
  );

test('a receipt without exceptions has nothing to mind', () => {
  expect(wordsAbout({})).not.toContain('mind');
});

test('workers that died and steps that failed first are said, since figures may be too low', () => {
  const { steps } = aTombstone();
  const failed = { ...steps, deleteObjects: { ...steps.deleteObjects, failures: 2 } };
  const words = wordsAbout({ interrupted: 3, steps: failed });
  expect(words).toMatch(/mind +3 workers died.*; failed first.*: deleteObjects 2 times/s);
});
