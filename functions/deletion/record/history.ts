import { createHash } from 'node:crypto';
import type { Counts } from '../counts.ts';

/** What a move was about: counts, or a code and, for a legal hold, the number of its case. */
export type Detail = Counts | { code: string; caseNumber?: string };

/** One move in a deletion's life. `hash` covers the entry and the hash before it, so none can be changed, cut out or moved. */
export type HistoryEntry = {
  at: string;
  from: string;
  to: string;
  /** Who: a user's id, `worker`, `redrive`, or `operator`. */
  by: string;
  detail?: Detail;
  hash: string;
};

/** The most entries a history keeps (an item holds 400 KB); then the older half is folded into the hash that the first one left builds on. */
export const MAX_HISTORY = 200;
const FOLDED_AT_ONCE = MAX_HISTORY / 2;

/** How many entries of a history that had `length` in all are folded away: its length alone decides. */
export function foldedOf(length: number): number {
  return length <= MAX_HISTORY ? 0 : FOLDED_AT_ONCE * Math.ceil((length - MAX_HISTORY) / FOLDED_AT_ONCE);
}

/** What the first entry builds on. */
export const GENESIS = '0'.repeat(64);

/** JSON with sorted keys and no white space (RFC 8785 for the values used here: strings, whole numbers, objects, lists). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 in hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The hash that the next entry builds on. */
export function headOf(history: readonly HistoryEntry[], start: string = GENESIS): string {
  return history.at(-1)?.hash ?? start;
}

/** The history with one more entry. */
export function append(
  history: readonly HistoryEntry[],
  entry: Omit<HistoryEntry, 'hash'>,
  start: string = GENESIS,
): HistoryEntry[] {
  return [...history, { ...entry, hash: sha256(headOf(history, start) + canonicalJson(entry)) }];
}

/** The position of the first entry whose hash does not follow from those before it; undefined when the chain is whole. */
export function brokenAt(history: readonly HistoryEntry[], start: string = GENESIS): number | undefined {
  let head = start;
  for (const [position, { hash, ...entry }] of history.entries()) {
    if (hash !== sha256(head + canonicalJson(entry))) return position;
    head = hash;
  }
  return undefined;
}
