import { reasonOf } from '../../deletion/errors.ts';
import type { Removal } from '../removal.ts';
import { compareKeys, cutsAfter } from './cuts.ts';
import type { Entry, Marker, Page, Query, Scope } from './listing.ts';

/**
 * A piece of a listing: what lies behind `after` (which a delimiter would show again) and not behind `until`. It may be cut into
 * as many more as it, or those that it was cut from, have had `pages`: what is soon over is not worth a listing too many.
 */
type Range = Query & { after?: string | undefined; until?: string | undefined; pages?: number };

export type Listing = {
  list: (query: Query) => Promise<Page<Entry>>;
  /** How a listing goes on behind a key, or behind any text. */
  behind: (key: string) => Marker;
  /** Listings under way at a time, at most. One: page after page, each asked for when the one before was taken. */
  width: number;
};

/**
 * Everything that stands in the scopes, page by page, in any order; no page is empty. With a width of more than one, a listing
 * that does not end with its first page is spread: over the folders that the layout has, and over parts of what is flat.
 * The more pages it has, the more are listed at a time. A part that breaks is recorded, and the others go on.
 */
export async function* listSpread(
  { codes }: Pick<Removal, 'codes'>,
  { list, behind, width }: Listing,
  scopes: readonly Scope[],
): AsyncGenerator<Entry[]> {
  const waiting: Range[] = [...scopes];
  const underWay = new Map<Range, Promise<Listed>>();
  let room = scopes.length;
  while (waiting.length + underWay.size > 0) {
    for (const range of waiting.splice(0, Math.min(width, room) - underWay.size)) {
      underWay.set(range, listRange(list, range));
    }
    const listed = await Promise.race(underWay.values());
    underWay.delete(listed.range);
    if (!('page' in listed)) {
      codes.add(reasonOf(listed.error));
      continue;
    }
    room += 1;
    const free = Math.min(width, room) - underWay.size - waiting.length;
    waiting.unshift(...restOf(listed, behind, free - 1));
    if (listed.page.entries.length > 0) yield listed.page.entries;
  }
}

/** `last`: of the keys that the store has listed, in the range or not. */
type ListedPage = { range: Range; page: Page<Entry>; last: string };
type Listed = ListedPage | { range: Range; error: unknown };

async function listRange(list: Listing['list'], range: Range): Promise<Listed> {
  try {
    const page = await list(range);
    const last = lastKeyIn(page.entries);
    return { range, page: cutToRange(page, range, last), last };
  } catch (error) {
    return { range, error };
  }
}

/** Delete markers stand behind the versions, each in their own order. */
function lastKeyIn(entries: readonly Entry[]): string {
  const version = entries.findLast(({ kind }) => kind !== 'deleteMarkers')?.key ?? '';
  const last = entries.at(-1)?.key ?? '';
  return compareKeys(version, last) > 0 ? version : last;
}

/** Leaves out what another range lists, and ends where that begins. */
function cutToRange(page: Page<Entry>, { after, until }: Range, last: string): Page<Entry> {
  if (after !== undefined) return leaveOut(page, after);
  if (until === undefined || compareKeys(last, until) < 0) return page;
  const entries = page.entries.filter(({ key }) => compareKeys(key, until) <= 0);
  // A page may end between the versions of the cut itself, which the next range begins behind.
  return { ...page, entries, next: page.next?.KeyMarker === until ? page.next : undefined };
}

function leaveOut({ entries, prefixes, next }: Page<Entry>, after: string): Page<Entry> {
  const isAfter = (key: string) => compareKeys(key, after) > 0;
  return {
    entries: entries.filter(({ key }) => isAfter(key)),
    // The folder that the key lies in comes before it.
    prefixes: prefixes.filter(isAfter),
    next,
  };
}

/** What is left of a range after a page: one range, or as many more as are wanted. The first is the one that goes on. */
function restOf({ range, page, last }: ListedPage, behind: Listing['behind'], more: number): Range[] {
  const { next, prefixes } = page;
  const found = prefixes.map((key): Range => ({ key, exact: false }));
  if (!next) return found;
  const rest: Range = { ...range, from: next };
  if (range.delimiter) return [rest, ...found];
  if (more < 1 || range.exact) return [rest];
  const folder = range.until === undefined ? folderOf(last, range.key) : undefined;
  if (folder !== undefined) {
    // A continuation token is good for its own prefix alone.
    const from = 'ContinuationToken' in next ? behind(last) : next;
    return [
      { key: folder, exact: false, from },
      { key: range.key, exact: false, delimiter: '/', after: last },
    ];
  }
  const first = page.entries[0]?.key ?? last;
  const { pages = 1, until } = range;
  const cuts = cutsAfter({ first, last, until }, range.key, Math.min(more, pages));
  const parts = [rest, ...cuts.map((cut): Range => ({ ...range, from: behind(cut) }))];
  return parts.map((part, index) => ({ ...part, until: cuts[index] ?? until, pages: 2 * pages }));
}

/** The folder right behind the prefix that the key lies in, if it lies in one. */
function folderOf(key: string, prefix: string): string | undefined {
  const end = key.indexOf('/', prefix.length);
  return end < 0 ? undefined : key.slice(0, end + 1);
}
