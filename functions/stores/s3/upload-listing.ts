import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListPartsCommand,
  type ListPartsCommandOutput,
} from '@aws-sdk/client-s3';
import { type Bucket, refusesRequest } from './bucket.ts';
import { decodedName } from './client/own-answers.ts';
import {
  ENCODED,
  everyPage,
  type Marker,
  markerIn,
  nextOf,
  type Page,
  prefixesIn,
  type Query,
  type Scope,
  within,
} from './listing.ts';

/**
 * An unfinished multipart upload. `otherKey`: what its key may be as well, where the store did not say whether it has
 * encoded it. Ceph does not.
 */
export type Upload = {
  key: string;
  otherKey?: string | undefined;
  uploadId: string | undefined;
  startedAt?: Date | undefined;
};

/** The unfinished multipart uploads of the scope, page by page; no page is empty. */
export async function* listUploads(bucket: Bucket, scope: Scope): AsyncGenerator<Upload[]> {
  for await (const { entries } of uploadPages(bucket, scope)) if (entries.length > 0) yield entries;
}

/**
 * The same with common prefixes, where the query has a delimiter; a page may be empty. What the store cannot list is
 * noted in `notListed`.
 */
export async function* uploadPages(bucket: Bucket, query: Query): AsyncGenerator<Page<Upload>> {
  const { uploads = 'prefix', notListed } = bucket;
  if (uploads === 'none' || uploads === 'unchecked') notListed?.add('uploads');
  if (uploads === 'none') return;
  try {
    if (uploads === 'bucket') yield* ofWholeBucket(bucket, query);
    else yield* everyPage(async (from) => within(query, await uploadPage(bucket, { ...query, from })));
  } catch (error) {
    if (!refusesRequest(error)) throw error;
    notListed?.add('uploads');
  }
}

/** Some stores list an upload only where no prefix is asked for. The scope is cut out here, and prefixes are made. */
async function* ofWholeBucket(bucket: Bucket, { key, exact, keeps, delimiter }: Query): AsyncGenerator<Page<Upload>> {
  const all = { key: '', exact: false };
  const isInside = (name: string) => (exact ? name === key : name.startsWith(key));
  for await (const page of everyPage(async (from) => within(all, await uploadPage(bucket, { ...all, from })))) {
    const ours = page.entries.filter((each) => isInside(each.key) || (each.otherKey && isInside(each.otherKey)));
    const inside = keeps ? ours.filter((each) => !keeps(each.key)) : ours;
    const endOf = (each: Upload) => (delimiter ? each.key.indexOf(delimiter, key.length) : -1);
    const prefixes = inside.flatMap((each) => (endOf(each) < 0 ? [] : [each.key.slice(0, endOf(each) + 1)]));
    yield { ...page, entries: inside.filter((each) => endOf(each) < 0), prefixes: [...new Set(prefixes)] };
  }
}

async function uploadPage({ client, name }: Bucket, { key, from, delimiter }: Query): Promise<Page<Upload>> {
  const page: ListMultipartUploadsCommandOutput = await client.send(
    new ListMultipartUploadsCommand({
      Bucket: name,
      ...(key && { Prefix: key }),
      ...ENCODED,
      ...from,
      ...(delimiter && { Delimiter: delimiter }),
    }),
  );
  const entries = (page.Uploads ?? []).map(({ Key = '', UploadId, Initiated }): Upload => {
    const key = decodedName(Key, page);
    const decoded = page.EncodingType ? key : decodedName(Key, { EncodingType: 'url' });
    return { key, uploadId: UploadId, startedAt: Initiated, ...(decoded !== key && { otherKey: decoded }) };
  });
  // A page that ends with a common prefix names no upload: S3 then sends the marker empty.
  const next = nextOf(page, { KeyMarker: markerIn(page), UploadIdMarker: page.NextUploadIdMarker || undefined });
  return { entries, prefixes: prefixesIn(page), next };
}

/** When each part of the upload was written. */
export async function* listPartTimes(bucket: Bucket, upload: Upload): AsyncGenerator<Date> {
  for await (const { entries } of everyPage((from) => partPage(bucket, upload, from))) yield* entries;
}

/** S3 sends a marker on the last page, too. The SDK's own paginator goes by the marker alone, so it would never end. */
async function partPage({ client, name }: Bucket, { key, uploadId }: Upload, from: Marker): Promise<Page<Date>> {
  const page: ListPartsCommandOutput = await client.send(
    new ListPartsCommand({ Bucket: name, Key: key, UploadId: uploadId, ...from }),
  );
  const entries = (page.Parts ?? []).flatMap(({ LastModified }) => LastModified ?? []);
  return { entries, prefixes: [], next: nextOf(page, { PartNumberMarker: page.NextPartNumberMarker }) };
}
