import type { Deletion, HistoryEntry } from '../../client/types.ts';

/** What the first entry of a whole history builds on. */
const GENESIS = '0'.repeat(64);

/**
 * The number of the first entry that is missing or does not follow from those before it, from 1 and with those folded away;
 * undefined when the chain is whole.
 */
export async function brokenAt(
  history: readonly HistoryEntry[],
  folded: Deletion['folded'] = { count: 0, hash: GENESIS },
): Promise<number | undefined> {
  const right = foldedOf(folded.count + history.length);
  if (folded.count > right) return right + 1;
  let head = folded.hash;
  for (const [position, { hash, ...entry }] of history.entries()) {
    if (hash !== (await sha256(head + canonicalJson(entry)))) return folded.count + position + 1;
    head = hash;
  }
  return undefined;
}

/** How many entries are folded away of a history that had `length` in all: the older half, whenever it holds 200. */
export function foldedOf(length: number): number {
  return length <= 200 ? 0 : 100 * Math.ceil((length - 200) / 100);
}

/** JSON with sorted keys and no white space (RFC 8785 for the values used here). */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
