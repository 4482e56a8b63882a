import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { append, brokenAt, canonicalJson, GENESIS, headOf } from '../../../../functions/deletion/record/history.ts';

const entry = (to: string) => ({
  at: '2026-11-22T10:00:00.000Z',
  from: 'pending',
  to,
  by: 'worker',
  detail: { code: 'x' },
});
const chain = ['running', 'settling', 'deleted'].reduce(
  (history, to) => append(history, entry(to)),
  append([], entry('pending')),
);

describe('the hash chain', () => {
  it('is whole as it was written', () => {
    expect(brokenAt(chain)).toBeUndefined();
    expect(headOf(chain)).toBe(chain[3]?.hash);
    expect(headOf([])).toBe(GENESIS);
  });

  it('is whole again after a store has read it back with its members in another order', () => {
    const readBack = chain.map((link) => Object.fromEntries(Object.entries(link).reverse()) as typeof link);
    expect(brokenAt(readBack)).toBeUndefined();
  });

  it('shows every change of a member, at its place', () => {
    for (const [position, link] of chain.entries()) {
      for (const member of ['at', 'from', 'to', 'by', 'hash'] as const) {
        const edited = chain.with(position, { ...link, [member]: `${link[member]}0` });
        expect(brokenAt(edited)).toBe(position);
      }
    }
  });

  it('shows an entry that was taken out, moved or doubled', () => {
    const [first, second, third, fourth] = chain as [
      (typeof chain)[0],
      (typeof chain)[0],
      (typeof chain)[0],
      (typeof chain)[0],
    ];
    expect(brokenAt([second, third, fourth])).toBe(0);
    expect(brokenAt([first, third, fourth])).toBe(1);
    expect(brokenAt([first, third, second, fourth])).toBe(1);
    expect(brokenAt([first, first, second])).toBe(1);
  });

  it('goes on from the head of what was folded away', () => {
    expect(brokenAt(chain.slice(2), chain[1]?.hash)).toBeUndefined();
    expect(brokenAt(chain.slice(2))).toBe(0);
  });
});

describe('canonicalJson', () => {
  it('is one text for one value, whatever the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(JSON.parse(JSON.stringify(value))))).toBe(text);
      }),
    );
  });

  it('has its members in the order of their names, so that others can compute the same hash', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 'x' }], a: null })).toBe('{"a":null,"b":[{"c":"x","d":1}]}');
  });

  it('leaves out what is undefined, as JSON does', () => {
    expect(canonicalJson({ b: 1, a: undefined })).toBe('{"b":1}');
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}
