import { type Target, wholeNumber } from '../http/request.ts';
import { invalidArgument } from '../http/s3-error.ts';
import { compareKeys } from './byte-order.ts';
import type { SortedIndex } from './sorted-index.ts';

/** S3 returns at most this many items in a page, whatever was asked for. */
const PAGE_LIMIT = 1000;

export type Window<Entry> = {
  prefix: string;
  /** Keys with this text behind the prefix are shown as one common prefix; empty for none. */
  delimiter: string;
  /** Starts behind this key, or at it if `isInclusive`. Common prefixes up to it have been shown. */
  after?: string | undefined;
  isInclusive?: boolean;
  isVisible?: (entry: Entry) => boolean;
};
export type Step<Entry> = { entry: Entry } | { commonPrefix: string };

/** Walks the keys of a listing in order; everything under a common prefix is passed over in one step. */
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

/** Takes one page off a walk; an entry may give several items, such as its versions. `last` is what the page ends with. */
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

/** What all listings read from the query, and how they write names back. */
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

/** As S3 does for `encoding-type=url`: like a form (a space is `+`), with slashes left as they are. */
const formEncode = (name: string) =>
  new URLSearchParams({ name }).toString().slice('name='.length).replaceAll('%2F', '/');
