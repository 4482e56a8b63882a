/** The first and the last key of a page, and where the rest of its range ends. */
export type Stretch = { first: string; last: string; until?: string | undefined };

/**
 * Where to cut the range that follows a page, so that its parts can be listed in parallel: at most `count` texts behind
 * the last key and before `until`, in order. They need not be keys. Numbers of equal width are cut a page apart, other
 * names at their next digits or letters. A bad guess costs one more listing, but never an entry.
 */
export function cutsAfter(stretch: Stretch, prefix: string, count: number): string[] {
  const { last, until } = stretch;
  const isInside = (cut: string) => compareKeys(cut, last) > 0 && (until === undefined || compareKeys(cut, until) < 0);
  const numbered = numberedCuts(stretch, prefix, count).filter(isInside);
  return numbered.length > 0 ? numbered : spaced(characterCuts(stretch, prefix, isInside), count);
}

/** Compares keys by their UTF-8 bytes, as S3 does. */
export function compareKeys(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

const DIGIT = /[0-9]/;
/** JavaScript represents longer numbers inexactly. */
const MOST_DIGITS = 15;

/** After `a_0001.ts` to `a_1000.ts`, cuts at `a_2000.ts`, `a_3000.ts`, … */
function numberedCuts({ first, last }: Stretch, prefix: string, count: number): string[] {
  const differs = sharedLength(first, last);
  let from = differs;
  while (from > prefix.length && DIGIT.test(last[from - 1] ?? '')) from -= 1;
  const width = digitsAt(last, from);
  if (width === 0 || width !== digitsAt(first, from) || width > MOST_DIGITS) return [];
  const [low, high] = [first, last].map((key) => Number(key.slice(from, from + width))) as [number, number];
  const numbers = Array.from({ length: count }, (_, index) => high + (index + 1) * (high - low + 1));
  return (
    numbers
      .filter((number) => number < 10 ** width)
      // With the rest of the name, the cut is a key: the listing that reaches it knows that its range ends there.
      .map((number) => last.slice(0, from) + `${number}`.padStart(width, '0') + last.slice(from + width))
  );
}

/**
 * The characters of hashes and of numbers without leading zeros. The first position that leaves room for cuts is the
 * best.
 */
const OF_NAMES = /[0-9a-f]/i;
const NEXT = ['123456789A', 'BCDEFGHIJKLMNOPQRSTUVWXYZa', 'bcdefghijklmnopqrstuvwxyz'];

function characterCuts({ first, last }: Stretch, prefix: string, isInside: (cut: string) => boolean): string[] {
  const differs = sharedLength(first, last);
  let from = differs;
  while (from > prefix.length && OF_NAMES.test(last[from - 1] ?? '')) from -= 1;
  for (let at = from; at <= differs; at += 1) {
    const character = last[at] ?? '';
    const next = NEXT.find((characters) => /[0-9a-z]/i.test(character) && character < (characters.at(-1) ?? '')) ?? '';
    const cuts = [...next].filter((each) => each > character).map((each) => last.slice(0, at) + each);
    const inside = cuts.filter(isInside);
    if (inside.length > 0) return inside;
  }
  return [];
}

function spaced(cuts: readonly string[], count: number): string[] {
  if (cuts.length <= count) return [...cuts];
  return Array.from({ length: count }, (_, index) => cuts[Math.floor((index * cuts.length) / count)] as string);
}

function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

function digitsAt(key: string, from: number): number {
  let to = from;
  while (DIGIT.test(key[to] ?? '')) to += 1;
  return to - from;
}
