import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { StepFailed } from '../deletion/errors.ts';
import type { StorageTarget } from '../deletion/ports.ts';
import type { Bucket } from './s3-bucket.ts';

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

/** The prefix, then each stray key. */
export function scopesOf({ prefix, strayKeys }: StorageTarget): Scope[] {
  return [{ key: prefix, exact: false }, ...strayKeys.map((key) => ({ key, exact: true }))];
}

/** Everything that stands in the scope, page by page as S3 gives it (at most 1,000 entries); no page is empty. */
export function listEntries(bucket: Bucket, scope: Scope, isVersioned: boolean): AsyncGenerator<Entry[]> {
  return within(scope, isVersioned ? versionPages(bucket, scope) : plainPages(bucket, scope));
}

/** The unfinished multipart uploads of the scope, page by page; no page is empty. */
export function listUploads(bucket: Bucket, scope: Scope): AsyncGenerator<Upload[]> {
  return within(scope, uploadPages(bucket, scope));
}

/**
 * Holds the listing to its scope. S3 lists keys in order, and a key before all longer ones that begin with it, so an
 * exact scope ends with the first other key.
 * @throws {StepFailed} `KeyOutsidePrefix` when a store ignores the prefix: it must never come to a delete
 */
async function* within<T extends { key: string }>(scope: Scope, pages: AsyncIterable<T[]>): AsyncGenerator<T[]> {
  for await (const page of pages) {
    if (page.some(({ key }) => !key.startsWith(scope.key))) throw new StepFailed('KeyOutsidePrefix');
    const inside = scope.exact ? page.filter(({ key }) => key === scope.key) : page;
    if (inside.length > 0) yield inside;
    if (inside.length < page.length) return;
  }
}

async function* plainPages({ client, name }: Bucket, { key }: Scope): AsyncGenerator<Entry[]> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: name, Prefix: key })) {
    yield Contents.map(({ Key = '', Size = 0 }) => ({ key: Key, kind: 'objects', bytes: Size }));
  }
}

/** The SDK has no paginator for versions. */
async function* versionPages({ client, name }: Bucket, { key }: Scope): AsyncGenerator<Entry[]> {
  let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (from) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: name, Prefix: key, ...from }),
    );
    yield versionsIn(page, from.KeyMarker);
    from = nextMarker(page, { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker });
  }
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

/** Nor has it one for uploads. */
async function* uploadPages({ client, name }: Bucket, { key }: Scope): AsyncGenerator<Upload[]> {
  let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
  while (from) {
    const page: ListMultipartUploadsCommandOutput = await client.send(
      new ListMultipartUploadsCommand({ Bucket: name, Prefix: key, ...from }),
    );
    yield (page.Uploads ?? []).map(({ Key = '', UploadId }) => ({ key: Key, uploadId: UploadId }));
    from = nextMarker(page, { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker });
  }
}

/** @throws {StepFailed} when a store says there is more but not where: asking again would list the same page for ever */
function nextMarker<M extends { KeyMarker?: string | undefined }>(
  page: { IsTruncated?: boolean | undefined },
  marker: M,
): M | undefined {
  if (!page.IsTruncated) return undefined;
  if (marker.KeyMarker === undefined) throw new StepFailed('ListingWithoutMarker');
  return marker;
}
