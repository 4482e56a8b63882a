import { isDeepStrictEqual } from 'node:util';
import {
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import { StepFailed } from '../../deletion/errors.ts';
import type { FoundKey, StorageTarget } from '../../deletion/ports.ts';
import { isKept } from '../storage-target.ts';
import type { Bucket } from './bucket.ts';
import { decodedName } from './client/own-answers.ts';

/** What to list: a prefix, or exactly one key. `keeps`: true for a key below it that is not ours. */
export type Scope = { key: string; exact: boolean; keeps?: ((key: string) => boolean) | undefined };

/** One deletable thing. `objects` are current versions and objects without versions, `versions` are noncurrent. */
export type Entry = {
  key: string;
  versionId?: string | undefined;
  kind: 'objects' | 'versions' | 'deleteMarkers';
  bytes: number;
  /** Only for a client that reads times: see `connectBucket`. */
  writtenAt?: Date | undefined;
};

/** Where a listing continues: members of the next request, as the last answer named them. */
export type Marker = Record<string, string | undefined>;
/** With a `delimiter`, the keys that contain it behind the prefix are listed as one common prefix each. */
export type Query = Scope & { from?: Marker | undefined; delimiter?: string };
/** At most 1,000 entries and common prefixes of the scope, in S3's order; `next` if there are more. */
export type Page<Listed> = { entries: Listed[]; prefixes: string[]; next?: Marker | undefined };

/** Keys may hold what XML cannot carry: every listing is asked for in the form that can. */
export const ENCODED = { EncodingType: 'url' } as const;

/** The prefix, the folders, then each stray key that is in none of them. `found` hears of each key that is kept. */
export function scopesOf(target: StorageTarget, found?: FoundKey): Scope[] {
  const { prefix, strayKeys, folders = [] } = target;
  const apart = strayKeys.filter((key) => !folders.some((folder) => key.startsWith(folder)));
  const named = new Set(strayKeys);
  const keepsIn = (folder: string) => (key: string) => {
    const stays = isKept(key, target);
    if (stays) found?.(key, true);
    else if (!named.has(key)) found?.(folder);
    return stays;
  };
  return [
    { key: prefix, exact: false },
    ...folders.map((key) => ({ key, exact: false, keeps: keepsIn(key) })),
    ...apart.map((key) => ({ key, exact: true })),
  ];
}

/** All pages of a listing, one after the other. A page may be empty. */
export async function* everyPage<T>(list: (from: Marker) => Promise<Page<T>>): AsyncGenerator<Page<T>> {
  for (let from: Marker | undefined = {}; from; ) {
    const page: Page<T> = await list(from);
    if (page.next && isDeepStrictEqual(page.next, from)) throw new StepFailed('ListingWithoutMarker');
    yield page;
    from = page.next;
  }
}

/**
 * One page of what can be deleted: versions and delete markers where the bucket has them.
 * @throws {StepFailed} `KeyOutsidePrefix`, `ListingWithoutMarker`
 */
export async function listPage(bucket: Bucket, query: Query, isVersioned: boolean): Promise<Page<Entry>> {
  return within(query, isVersioned ? await versionPage(bucket, query) : await plainPage(bucket, query));
}

/**
 * Restricts a page to its scope. S3 lists keys in order, and a key before all longer keys that begin with it. So the
 * listing of one key ends at the first other key.
 * @throws {StepFailed} `KeyOutsidePrefix` when a store ignores the prefix: such a key must never reach a delete;
 * `ForeignAnswer` when it hides keys behind a common prefix that nobody asked for
 */
export function within<T extends { key: string }>(scope: Query, page: Page<T>): Page<T> {
  if (!scope.delimiter && page.prefixes.length > 0) throw new StepFailed('ForeignAnswer');
  if (page.entries.some(({ key }) => !key.startsWith(scope.key))) throw new StepFailed('KeyOutsidePrefix');
  if (page.prefixes.some((prefix) => !prefix.startsWith(scope.key))) throw new StepFailed('KeyOutsidePrefix');
  if (scope.keeps) return { ...page, entries: page.entries.filter(({ key }) => !scope.keeps?.(key)) };
  if (!scope.exact) return page;
  const entries = page.entries.filter(({ key }) => key === scope.key);
  return { ...page, entries, next: entries.length < page.entries.length ? undefined : page.next };
}

async function plainPage({ client, name }: Bucket, { key, from, delimiter }: Query): Promise<Page<Entry>> {
  const page = await client.send(
    new ListObjectsV2Command({
      Bucket: name,
      Prefix: key,
      ...ENCODED,
      ...from,
      ...(delimiter && { Delimiter: delimiter }),
    }),
  );
  const entries = (page.Contents ?? []).map(({ Key = '', Size = 0, LastModified }): Entry => {
    return { key: decodedName(Key, page), kind: 'objects', bytes: Size, writtenAt: LastModified };
  });
  return { entries, prefixes: prefixesIn(page), next: nextOf(page, { ContinuationToken: page.NextContinuationToken }) };
}

async function versionPage({ client, name }: Bucket, { key, from, delimiter }: Query): Promise<Page<Entry>> {
  const page = await client.send(
    new ListObjectVersionsCommand({
      Bucket: name,
      Prefix: key,
      ...ENCODED,
      ...from,
      ...(delimiter && { Delimiter: delimiter }),
    }),
  );
  const next = nextOf(page, { KeyMarker: markerIn(page), VersionIdMarker: page.NextVersionIdMarker });
  return { entries: versionsIn(page, from?.KeyMarker), prefixes: prefixesIn(page), next };
}

function versionsIn(page: ListObjectVersionsCommandOutput, startKey: string | undefined): Entry[] {
  const { Versions = [], DeleteMarkers = [] } = page;
  // The page before listed newer versions of `startKey`. If they are deleted by now, the next version looks current.
  const kindOf = (isLatest: boolean | undefined, key: string) =>
    isLatest === true && key !== startKey ? 'objects' : 'versions';
  return [
    ...Versions.map(({ Key = '', VersionId, IsLatest, Size = 0, LastModified }): Entry => {
      const key = decodedName(Key, page);
      const kind = kindOf(IsLatest, key);
      return { key, versionId: VersionId, kind, bytes: Size, writtenAt: LastModified };
    }),
    ...DeleteMarkers.map(({ Key = '', VersionId, LastModified }): Entry => {
      return {
        key: decodedName(Key, page),
        versionId: VersionId,
        kind: 'deleteMarkers',
        bytes: 0,
        writtenAt: LastModified,
      };
    }),
  ];
}

type Named = {
  EncodingType?: string | undefined;
  NextKeyMarker?: string | undefined;
  CommonPrefixes?: { Prefix?: string | undefined }[] | undefined;
};

export function prefixesIn(page: Named): string[] {
  return (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => decodedName(Prefix, page));
}

export function markerIn({ NextKeyMarker: marker, ...page }: Named): string | undefined {
  return marker === undefined ? undefined : decodedName(marker, page);
}

/** @throws {StepFailed} when a store says there is more but not where: the same page would be listed for ever */
export function nextOf(page: { IsTruncated?: boolean | undefined }, marker: Marker): Marker | undefined {
  if (!page.IsTruncated) return undefined;
  const [first] = Object.values(marker);
  if (first === undefined) throw new StepFailed('ListingWithoutMarker');
  return marker;
}
