import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  append,
  brokenAt,
  canonicalJson,
  firstBrokenEntry,
  GENESIS,
  headOf,
  lengthOf,
  sha256,
} from '../../../../functions/deletion/record/history.ts';

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

  it('is as long as all of its entries, with those that were folded away', () => {
    expect(lengthOf({ history: chain })).toBe(4);
    expect(lengthOf({ history: chain, folded: { count: 100 } })).toBe(104);
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

describe('firstBrokenEntry', () => {
  const folded = { count: 100, hash: chain[1]?.hash ?? '' };
  const filler = Array.from({ length: 100 }, () => entry('running'));
  const kept = filler.reduce<typeof chain>((history, next) => append(history, next, folded.hash), []);
  // 201 entries in all: the smallest length at which 100 are folded away.
  const whole = append(kept, entry('deleted'), folded.hash);

  it('finds nothing in a whole history, folded or not', () => {
    expect(firstBrokenEntry({ history: [] })).toBeUndefined();
    expect(firstBrokenEntry({ history: chain })).toBeUndefined();
    expect(firstBrokenEntry({ history: whole, folded })).toBeUndefined();
  });

  it('counts from 1, and counts folded entries', () => {
    const edited = (history: typeof chain, position: number) =>
      history.with(position, { ...entry('failed'), hash: history[position]?.hash ?? '' });
    expect(firstBrokenEntry({ history: edited(chain, 0) })).toBe(1);
    expect(firstBrokenEntry({ history: edited(whole, 4), folded })).toBe(105);
  });

  it('names the first entry that was cut off and is said to be folded away', () => {
    expect(firstBrokenEntry({ history: chain.slice(2), folded: { count: 2, hash: folded.hash } })).toBe(1);
    expect(firstBrokenEntry({ history: whole.slice(5), folded: { count: 105, hash: whole[4]?.hash ?? '' } })).toBe(101);
    // A history of 200 entries keeps them all.
    expect(firstBrokenEntry({ history: kept, folded })).toBe(1);
  });
});

describe('sha256', () => {
  it('is the SHA-256 of the text in UTF-8, as Node computes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
      }),
    );
    expect(sha256('\ud800')).toBe(createHash('sha256').update('\ud800').digest('hex'));
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
