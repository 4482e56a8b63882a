import { reasonOf } from '../../deletion/errors.ts';
import type { Tally } from '../tally.ts';
import { compareKeys, cutsAfter } from './cuts.ts';
import type { Entry, Marker, Page, Query, Scope } from './listing.ts';

/**
 * A part of a listing: what lies behind `after` (which a delimiter would list again) and not behind `until`. `pages`
 * counts the pages of this range and of those that it was cut from. It may be cut into as many ranges more, so that a
 * short listing is not cut into too many.
 */
type Range = Query & { after?: string | undefined; until?: string | undefined; pages?: number };

export type Listing = {
  list: (query: Query) => Promise<Page<Entry>>;
  /** Where a listing continues behind a key, or behind any text. */
  behind: (key: string) => Marker;
  /** How many listings run at the same time. With one, each page is requested when the one before it was read. */
  width: number;
};

/**
 * Everything that the scopes contain, page by page, in any order; no page is empty. With a width of more than one, a
 * listing that does not end with its first page continues in parallel: over the prefixes below it, and over parts of
 * what is flat. The more pages it has, the more listings run at the same time. A listing that breaks is recorded, and
 * the others continue.
 */
export async function* listSpread(
  { codes }: Pick<Tally, 'codes'>,
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

/** `last`: the last key that the store has listed, even if it lies outside the range. */
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

/** A page lists all versions before all delete markers, each in order. */
function lastKeyIn(entries: readonly Entry[]): string {
  const version = entries.findLast(({ kind }) => kind !== 'deleteMarkers')?.key ?? '';
  const last = entries.at(-1)?.key ?? '';
  return compareKeys(version, last) > 0 ? version : last;
}

/** Leaves out what another range lists, and ends where that range begins. */
function cutToRange(page: Page<Entry>, { after, until }: Range, last: string): Page<Entry> {
  if (after !== undefined) return leaveOut(page, after);
  if (until === undefined || compareKeys(last, until) < 0) return page;
  const entries = page.entries.filter(({ key }) => compareKeys(key, until) <= 0);
  // A page may end between versions of the key `until`. The next range begins behind that key, so this one must finish
  // it.
  return { ...page, entries, next: page.next?.KeyMarker === until ? page.next : undefined };
}

function leaveOut({ entries, prefixes, next }: Page<Entry>, after: string): Page<Entry> {
  const isAfter = (key: string) => compareKeys(key, after) > 0;
  return {
    entries: entries.filter(({ key }) => isAfter(key)),
    // The common prefix of the key itself comes before it.
    prefixes: prefixes.filter(isAfter),
    next,
  };
}

/** The rest of a range after a page: one range, or up to `more` others as well. The first one continues the listing. */
function restOf({ range, page, last }: ListedPage, behind: Listing['behind'], more: number): Range[] {
  const { next, prefixes } = page;
  const { keeps } = range;
  const found = prefixes.map((key): Range => ({ key, exact: false, keeps }));
  if (!next) return found;
  const rest: Range = { ...range, from: next };
  if (range.delimiter) return [rest, ...found];
  if (more < 1 || range.exact) return [rest];
  const below = range.until === undefined ? prefixBelow(range.key, last) : undefined;
  if (below !== undefined) {
    // A continuation token is valid only for its own prefix.
    const from = 'ContinuationToken' in next ? behind(last) : next;
    return [
      { key: below, exact: false, keeps, from },
      { key: range.key, exact: false, keeps, delimiter: '/', after: last },
    ];
  }
  const first = page.entries[0]?.key ?? last;
  const { pages = 1, until } = range;
  const cuts = cutsAfter({ first, last, until }, range.key, Math.min(more, pages));
  const parts = [rest, ...cuts.map((cut): Range => ({ ...range, from: behind(cut) }))];
  return parts.map((part, index) => ({ ...part, until: cuts[index] ?? until, pages: 2 * pages }));
}

/** The next longer prefix that the key lies under, if there is one. */
function prefixBelow(prefix: string, key: string): string | undefined {
  const end = key.indexOf('/', prefix.length);
  return end < 0 ? undefined : key.slice(0, end + 1);
}
