import { readFile } from 'node:fs/promises';

export type BundlePart = { name: string; bytes: number };

type SourceMap = { sources: string[]; mappings: string };

/** The packages and our own folders that a bundle with a source map consists of, largest first. */
export async function largestParts(file: string): Promise<BundlePart[]> {
  const code = await readFile(file, 'utf8');
  const { sources, mappings } = JSON.parse(await readFile(`${file}.map`, 'utf8')) as SourceMap;
  const names = sources.map(partOf);
  const bytesOf = new Map<string, number>();
  const lines = code.split('\n');
  for (const { line, from, to, source } of stretchesIn(mappings)) {
    const name = names[source] ?? 'other';
    const text = (lines[line] ?? '').slice(from, to);
    bytesOf.set(name, (bytesOf.get(name) ?? 0) + Buffer.byteLength(text));
  }
  return [...bytesOf].map(([name, bytes]) => ({ name, bytes })).sort((one, other) => other.bytes - one.bytes);
}

/** The package of a file, or the innermost one if packages are nested. For our own files: their folder. */
function partOf(file: string): string {
  const [, ofPackage] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  const [, ours] = /(functions(?:\/[a-z]+)*)\/[^/]+$/.exec(file) ?? [];
  return ofPackage ?? ours ?? 'other';
}

/** The columns from `from` to `to` of a line come from one source. Without `to`: to the end of the line. */
type Stretch = { line: number; from: number; to?: number; source: number };

/**
 * The mappings of a source map (ECMA-426): `;` ends a line, `,` ends a segment, and each number is the difference to
 * the last one.
 */
function* stretchesIn(mappings: string): Generator<Stretch> {
  let source = 0;
  for (const [line, segments] of mappings.split(';').entries()) {
    let column = 0;
    let open: Stretch | undefined;
    for (const segment of segments.split(',')) {
      const [columns = 0, sources = 0] = numbersIn(segment);
      column += columns;
      source += sources;
      if (open) yield { ...open, to: column };
      open = segment === '' ? undefined : { line, from: column, source };
    }
    if (open) yield open;
  }
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Base64 VLQ: five bits for each digit, the lowest first. The sixth bit means that more digits follow. The lowest bit
 * of all is the sign.
 */
function numbersIn(segment: string): number[] {
  const numbers: number[] = [];
  let [bits, shift] = [0, 0];
  for (const digit of segment) {
    const value = DIGITS.indexOf(digit);
    bits += (value & 31) << shift;
    shift += 5;
    if (value & 32) continue;
    numbers.push(bits & 1 ? -(bits >> 1) : bits >> 1);
    [bits, shift] = [0, 0];
  }
  return numbers;
}
