import { describe, expect, it } from 'vitest';
import { cursorOf, parseCursor } from '../../../platform/reads/cursor.ts';

const POSITION = { micros: '1763662800123456', id: '01936b4e-0002-7000-8000-000000000001' };
const encoded = (text: string) => Buffer.from(text).toString('base64url');

describe('parseCursor', () => {
  it('gives back the position that a page ended at', () => {
    expect(parseCursor(cursorOf(POSITION))).toEqual(POSITION);
  });

  it.each([
    ['nothing', ''],
    ['plain text', 'page-2'],
    ['a bare id', encoded(POSITION.id)],
    ['an id in upper case', encoded(`1.${POSITION.id.toUpperCase()}`)],
    ['a moment that is no number', encoded(`1e3.${POSITION.id}`)],
    ['a moment beyond a bigint', encoded(`${'9'.repeat(17)}.${POSITION.id}`)],
    ['a quote for the database', encoded(`1' or '1'='1.${POSITION.id}`)],
    ['another spelling of the same position', `${cursorOf(POSITION)}=`],
  ])('refuses %s', (_, cursor) => {
    expect(() => parseCursor(cursor)).toThrow(expect.objectContaining({ name: 'Problem', status: 400 }));
  });
});
