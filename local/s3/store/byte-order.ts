/** The sort position of surrogates: after U+E000–U+FFFF, because they stand for code points beyond those. */
const rank = (unit: number) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

/**
 * Compares two keys as S3 sorts them: by their UTF-8 bytes.
 * @returns below 0 when `a` comes first, 0 when they are the same, above 0 when `b` comes first
 */
export function compareKeys(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let position = 0; position < shared; position += 1) {
    const left = a.charCodeAt(position);
    const right = b.charCodeAt(position);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}
