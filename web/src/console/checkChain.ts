import type { HistoryEntry } from '../client/types.ts';

/** What the first entry of a whole history builds on. */
const GENESIS = '0'.repeat(64);

/**
 * The position of the first entry whose hash does not follow from those before it; undefined when the chain is whole.
 * @param start the hash that the first entry builds on, where older ones were folded away
 */
export async function brokenAt(history: readonly HistoryEntry[], start = GENESIS): Promise<number | undefined> {
  let head = start;
  for (const [position, { hash, ...entry }] of history.entries()) {
    if (hash !== (await sha256(head + canonicalJson(entry)))) return position;
    head = hash;
  }
  return undefined;
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
