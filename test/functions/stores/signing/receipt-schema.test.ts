import { describe, expect, it } from 'vitest';
import { receiptOf } from '../../../../functions/deletion/record/receipt.ts';
import { parseReceipt } from '../../../../functions/stores/signing/receipt-schema.ts';
import { aTombstone, aVideoId } from '../../../support/a-tombstone.ts';
import { ISSUER } from '../../../support/rules.ts';

const written = JSON.parse(
  JSON.stringify(receiptOf(aTombstone(), { id: aVideoId(), at: new Date('2026-11-22T10:20:00.000Z'), issuer: ISSUER })),
);

describe('parseReceipt', () => {
  it('takes a receipt as it was written', () => {
    expect(parseReceipt(written)).toEqual(written);
  });

  it('takes what a later version states besides', () => {
    const later = { ...written, exceptions: { ...written.exceptions, another: 1 }, another: { a: 1 } };
    expect(parseReceipt(later)).toEqual(later);
  });

  it('names each member that is missing or wrong, and no value', () => {
    const { deletedAt: _, ...rest } = written;
    const wrong = { ...rest, sub: 'title of a video', counts: { deleteRows: { views: -1 } }, history: { head: 'x' } };
    expect(() => parseReceipt(wrong)).toThrowError(
      'This is no receipt of a deletion: sub is not what it should be, deletedAt is missing, ' +
        'counts.deleteRows.views is not what it should be, history.head is not what it should be, history.length is missing',
    );
  });

  it.each([null, 'a text', 7, [], undefined])('refuses %j', (payload) => {
    expect(() => parseReceipt(payload)).toThrowError('This is no receipt of a deletion: it is no JSON object');
  });
});
