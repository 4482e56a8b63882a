import { sha256 as digest } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Counts } from '../counts.ts';

// The page also checks histories with this file, so it uses only what a browser has.

/** What an entry adds to its move: counts, or a code. For a legal hold, also the case number. */
export type Detail = Counts | { code: string; caseNumber?: string };

/**
 * One move of a deletion. `hash` covers the entry and the previous hash, so nobody can change, cut out or reorder one.
 */
export type HistoryEntry = {
  at: string;
  from: string;
  to: string;
  /**
   * A user's id, `worker`, `redrive`, `operator`, `aws:` and the id of an operator's credentials, or `claimed:` and the
   * id that an operator gave.
   */
  by: string;
  detail?: Detail;
  hash: string;
};

/** The stored part of a history: the entries that are kept, and the number of older entries that were folded away. */
export type StoredHistory = {
  readonly history: readonly HistoryEntry[];
  readonly folded?: { count: number; hash: string } | undefined;
};

/**
 * The most entries that a history keeps, because a DynamoDB item holds at most 400 KB. A full history drops its older
 * half. Only the last hash of that half stays, and the first kept entry builds on it.
 */
export const MAX_HISTORY = 200;
const FOLDED_AT_ONCE = MAX_HISTORY / 2;

/** How many of `length` entries are folded away. It depends on the length alone, so a false claim can be found. */
export function foldedOf(length: number): number {
  return length <= MAX_HISTORY ? 0 : FOLDED_AT_ONCE * Math.ceil((length - MAX_HISTORY) / FOLDED_AT_ONCE);
}

/** The hash that the first entry of a history builds on. */
export const GENESIS = '0'.repeat(64);

/**
 * JSON with sorted keys and no white space: RFC 8785 for strings, whole numbers, objects and lists, which is all we
 * use.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** The SHA-256 of a text in UTF-8, in hexadecimal. Unlike the browser's own function, it is synchronous. */
export function sha256(text: string): string {
  return bytesToHex(digest(utf8ToBytes(text)));
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

/** The position of the first entry whose hash does not follow from the one before. Undefined if the chain is whole. */
export function brokenAt(history: readonly HistoryEntry[], start: string = GENESIS): number | undefined {
  let head = start;
  for (const [position, { hash, ...entry }] of history.entries()) {
    if (hash !== sha256(head + canonicalJson(entry))) return position;
    head = hash;
  }
  return undefined;
}

/** The hash that the first stored entry builds on. */
export function startOf({ folded }: Pick<StoredHistory, 'folded'>): string {
  return folded?.hash ?? GENESIS;
}

/**
 * The number, from 1, of the first entry that is missing at the start although a history of this length keeps it.
 * Whoever cuts off the first entries has to claim that they were folded away, and this finds the false claim.
 */
export function cutOffAt({ history, folded }: StoredHistory): number | undefined {
  const count = folded?.count ?? 0;
  const expected = foldedOf(count + history.length);
  return count > expected ? expected + 1 : undefined;
}

/**
 * The number of the first entry that is missing at the start or does not follow from the entries before it. Undefined
 * when the history is whole. Numbers start at 1, and folded entries count.
 */
export function firstBrokenEntry(stored: StoredHistory): number | undefined {
  const cutOff = cutOffAt(stored);
  if (cutOff !== undefined) return cutOff;
  const position = brokenAt(stored.history, startOf(stored));
  return position === undefined ? undefined : position + 1 + (stored.folded?.count ?? 0);
}

/** How many entries the history has had, with those that were folded away. */
export function lengthOf({
  history,
  folded,
}: {
  history: readonly HistoryEntry[];
  folded?: { count: number } | undefined;
}): number {
  return history.length + (folded?.count ?? 0);
}
