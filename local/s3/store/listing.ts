import { type Target, wholeNumber } from '../http/request.ts';
import { invalidArgument } from '../http/s3-error.ts';
import { compareKeys } from './byte-order.ts';
import type { SortedIndex } from './sorted-index.ts';

/** S3 returns at most this many items in a page, whatever the request says. */
const PAGE_LIMIT = 1000;

export type Window<Entry> = {
  prefix: string;
  /** Keys that contain this text after the prefix are shown as one common prefix. Empty: no grouping. */
  delimiter: string;
  /**
   * Where the listing starts: behind this key, or at it if `isInclusive`. Common prefixes up to it have already been
   * shown.
   */
  after?: string | undefined;
  isInclusive?: boolean;
  isVisible?: (entry: Entry) => boolean;
};
export type Step<Entry> = { entry: Entry } | { commonPrefix: string };

/** Walks the keys of a listing in order. It skips all keys below a common prefix in one step. */
export function* walk<Entry extends { key: string }>(
  index: SortedIndex<Entry>,
  { prefix, delimiter, after, isInclusive = false, isVisible = () => true }: Window<Entry>,
): Generator<Step<Entry>> {
  const isShown = (key: string) => after !== undefined && compareKeys(key, after) < (isInclusive ? 0 : 1);
  let entries = index.from((key) => compareKeys(key, prefix) < 0 || isShown(key));
  for (let next = entries.next(); !next.done; next = entries.next()) {
    const entry = next.value;
    if (!entry.key.startsWith(prefix)) return;
    if (!isVisible(entry)) continue;
    const at = delimiter ? entry.key.indexOf(delimiter, prefix.length) : -1;
    if (at < 0) {
      yield { entry };
      continue;
    }
    const commonPrefix = entry.key.slice(0, at + delimiter.length);
    if (after === undefined || compareKeys(commonPrefix, after) > 0) yield { commonPrefix };
    entries = index.from((key) => compareKeys(key, commonPrefix) < 0 || key.startsWith(commonPrefix));
  }
}

export type Page<Item> = { items: Item[]; commonPrefixes: string[]; last?: Item | string; isTruncated: boolean };

/**
 * Takes one page from a walk. An entry may give several items, such as its versions. `last` is the last item of the
 * page.
 */
export function takePage<Entry, Item>(
  steps: Iterable<Step<Entry>>,
  limit: number,
  itemsOf: (entry: Entry) => Item[],
): Page<Item> {
  const page: Page<Item> = { items: [], commonPrefixes: [], isTruncated: false };
  if (limit === 0) return page;
  for (const step of steps) {
    for (const item of 'entry' in step ? itemsOf(step.entry) : [step.commonPrefix]) {
      if (page.items.length + page.commonPrefixes.length === limit) return { ...page, isTruncated: true };
      if (typeof item === 'string') page.commonPrefixes.push(item);
      else page.items.push(item);
      page.last = item;
    }
  }
  return page;
}

/** The query parameters that all listings share, and how they write names. */
export type ListingQuery = {
  prefix: string;
  delimiter: string;
  limit: number;
  encoding?: 'url';
  encode: (name: string) => string;
};

/** @throws {S3Error} InvalidArgument */
export function listingQuery(request: Target, limitName: string): ListingQuery {
  const encoding = request.query.get('encoding-type');
  if (encoding !== undefined && encoding !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request');
  return {
    prefix: request.query.get('prefix') ?? '',
    delimiter: request.query.get('delimiter') ?? '',
    limit: Math.min(wholeNumber(request, limitName, PAGE_LIMIT), PAGE_LIMIT),
    ...(encoding && { encoding }),
    encode: encoding ? formEncode : (name) => name,
  };
}

/** Encodes as S3 does for `encoding-type=url`: like a form (a space is `+`), but slashes stay. */
const formEncode = (name: string) =>
  new URLSearchParams({ name }).toString().slice('name='.length).replaceAll('%2F', '/');
