import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import { StepFailed } from '../../deletion/errors.ts';
import type { StorageTarget } from '../../deletion/ports.ts';
import type { Bucket } from './bucket.ts';

/** Where to look: a prefix, or one key exactly. */
export type Scope = { key: string; exact: boolean };

/** One deletable thing. `objects` are current versions and objects without versions, `versions` are noncurrent. */
export type Entry = {
  key: string;
  versionId?: string | undefined;
  kind: 'objects' | 'versions' | 'deleteMarkers';
  bytes: number;
};
export type Upload = { key: string; uploadId: string | undefined };

/** From where a listing goes on: members of the request, as the answer before named them. */
export type Marker = Record<string, string | undefined>;
/** What to list: with `delimiter`, keys that hold it behind the prefix are shown as folders. */
export type Query = Scope & { from?: Marker | undefined; delimiter?: string };
/** At most 1,000 of what stands in the scope, in S3's order; `next` if there is more. */
export type Page<Listed> = { entries: Listed[]; folders: string[]; next?: Marker | undefined };

/** The prefix, then each stray key. */
export function scopesOf({ prefix, strayKeys }: StorageTarget): Scope[] {
  return [{ key: prefix, exact: false }, ...strayKeys.map((key) => ({ key, exact: true }))];
}

/**
 * One page of what can be deleted: versions and delete markers where the bucket has them.
 * @throws {StepFailed} `KeyOutsidePrefix`, `ListingWithoutMarker`
 */
export async function listPage(bucket: Bucket, query: Query, isVersioned: boolean): Promise<Page<Entry>> {
  return within(query, isVersioned ? await versionPage(bucket, query) : await plainPage(bucket, query));
}

/** The unfinished multipart uploads of the scope, page by page; no page is empty. */
export async function* listUploads(bucket: Bucket, scope: Scope): AsyncGenerator<Upload[]> {
  for (let from: Marker | undefined = {}; from; ) {
    const page: Page<Upload> = within(scope, await uploadPage(bucket, { ...scope, from }));
    if (page.entries.length > 0) yield page.entries;
    from = page.next;
  }
}

/**
 * Holds a page to its scope. S3 lists keys in order, and a key before all longer ones that begin with it, so an exact scope
 * ends with the first other key.
 * @throws {StepFailed} `KeyOutsidePrefix` when a store ignores the prefix: it must never come to a delete
 */
function within<T extends { key: string }>(scope: Scope, page: Page<T>): Page<T> {
  if (page.entries.some(({ key }) => !key.startsWith(scope.key))) throw new StepFailed('KeyOutsidePrefix');
  if (page.folders.some((folder) => !folder.startsWith(scope.key))) throw new StepFailed('KeyOutsidePrefix');
  if (!scope.exact) return page;
  const entries = page.entries.filter(({ key }) => key === scope.key);
  return { ...page, entries, next: entries.length < page.entries.length ? undefined : page.next };
}

async function plainPage({ client, name }: Bucket, { key, from, delimiter }: Query): Promise<Page<Entry>> {
  const page = await client.send(
    new ListObjectsV2Command({ Bucket: name, Prefix: key, ...from, ...(delimiter && { Delimiter: delimiter }) }),
  );
  const entries = (page.Contents ?? []).map(({ Key = '', Size = 0 }): Entry => {
    return { key: Key, kind: 'objects', bytes: Size };
  });
  return { entries, folders: foldersIn(page), next: nextOf(page, { ContinuationToken: page.NextContinuationToken }) };
}

async function versionPage({ client, name }: Bucket, { key, from, delimiter }: Query): Promise<Page<Entry>> {
  const page = await client.send(
    new ListObjectVersionsCommand({ Bucket: name, Prefix: key, ...from, ...(delimiter && { Delimiter: delimiter }) }),
  );
  const next = nextOf(page, { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker });
  return { entries: versionsIn(page, from?.KeyMarker), folders: foldersIn(page), next };
}

function versionsIn(
  { Versions = [], DeleteMarkers = [] }: ListObjectVersionsCommandOutput,
  begun: string | undefined,
): Entry[] {
  // Newer versions of the key `begun` were on the page before. If they are deleted by now, the next one looks current.
  const isCurrent = (isLatest: boolean | undefined, key: string) => isLatest === true && key !== begun;
  return [
    ...Versions.map(({ Key = '', VersionId, IsLatest, Size = 0 }): Entry => {
      return { key: Key, versionId: VersionId, kind: isCurrent(IsLatest, Key) ? 'objects' : 'versions', bytes: Size };
    }),
    ...DeleteMarkers.map(({ Key = '', VersionId }): Entry => {
      return { key: Key, versionId: VersionId, kind: 'deleteMarkers', bytes: 0 };
    }),
  ];
}

async function uploadPage({ client, name }: Bucket, { key, from }: Query): Promise<Page<Upload>> {
  const page: ListMultipartUploadsCommandOutput = await client.send(
    new ListMultipartUploadsCommand({ Bucket: name, Prefix: key, ...from }),
  );
  const entries = (page.Uploads ?? []).map(({ Key = '', UploadId }) => ({ key: Key, uploadId: UploadId }));
  const next = nextOf(page, { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker });
  return { entries, folders: [], next };
}

function foldersIn({ CommonPrefixes = [] }: { CommonPrefixes?: { Prefix?: string | undefined }[] | undefined }) {
  return CommonPrefixes.map(({ Prefix = '' }) => Prefix);
}

/** @throws {StepFailed} when a store says there is more but not where: asking again would list the same page for ever */
function nextOf(page: { IsTruncated?: boolean | undefined }, marker: Marker): Marker | undefined {
  if (!page.IsTruncated) return undefined;
  const [first] = Object.values(marker);
  if (first === undefined) throw new StepFailed('ListingWithoutMarker');
  return marker;
}
