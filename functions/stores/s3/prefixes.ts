import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  ListPartsCommand,
  type ListPartsCommandOutput,
  type MultipartUpload,
  type Part,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { placesIn, prefixOf } from '../../deletion/data-map/data-map.ts';
import { StepFailed } from '../../deletion/errors.ts';
import type { StoredVideos } from '../../deletion/orphans/orphan.ts';
import { isUuid, type VideoId } from '../../deletion/video-id.ts';
import { type Bucket, rememberVersioning } from './bucket.ts';

type Store = Bucket & { isVersioned: () => Promise<boolean> };
type Entry = { Key?: string | undefined; LastModified?: Date | undefined };
/** What a listing shows: what is there, and prefixes that end with the delimiter. */
type Page = { entries: Entry[]; prefixes: string[] };
type Query = { Prefix: string; Delimiter?: string };
type Marker = Record<string, string | undefined>;

/** `videos/`: what stands before the id in the data map. */
const VIDEOS = placesIn('objects')
  .flatMap((place) => ('prefix' in place ? [place.prefix.slice(0, place.prefix.indexOf('{'))] : []))
  .join('');

/**
 * The videos' prefixes in S3, R2 or another store that speaks S3. A prefix that holds nothing but old versions, delete markers or
 * unfinished uploads is one as well. Needs GetBucketVersioning, ListBucket, ListBucketVersions, ListBucketMultipartUploads and
 * ListMultipartUploadParts; changes nothing.
 */
export function createS3Prefixes(client: S3Client, { bucket: name }: { bucket: string }): StoredVideos {
  const bucket: Bucket = { client, name, random: Math.random, wait: async () => {} };
  const store: Store = { ...bucket, isVersioned: rememberVersioning(bucket) };
  return {
    list: () => list(store),
    newestAt: (videoId) => newestAt(store, videoId),
  };
}

async function* list(store: Store): AsyncGenerator<{ videoIds: VideoId[]; foreign: string[] }> {
  for await (const { entries, prefixes } of pagesOf(store, { Prefix: VIDEOS, Delimiter: '/' })) {
    const names = prefixes.map((prefix) => prefix.slice(VIDEOS.length, -1));
    const files = new Set(entries.map(({ Key = '' }) => Key));
    // Some consoles make an empty object to stand for the folder.
    files.delete(VIDEOS);
    const others = names.filter((name) => !isUuid(name)).map((name) => `${VIDEOS}${name}/`);
    yield { videoIds: names.filter(isUuid) as VideoId[], foreign: [...others, ...files] };
  }
}

async function newestAt(store: Store, videoId: VideoId): Promise<Date | undefined> {
  let newest: Date | undefined;
  for await (const { entries } of pagesOf(store, { Prefix: prefixOf(videoId) })) {
    for (const { LastModified: at } of entries) if (at && (!newest || at > newest)) newest = at;
  }
  return newest;
}

/** Uploads last: one that is completed meanwhile is shown twice rather than not at all. */
async function* pagesOf(store: Store, query: Query): AsyncGenerator<Page> {
  yield* (await store.isVersioned()) ? versionPages(store, query) : plainPages(store, query);
  yield* uploadPages(store, query);
}

async function* plainPages({ client, name }: Store, query: Query): AsyncGenerator<Page> {
  for await (const page of paginateListObjectsV2({ client }, { Bucket: name, ...query })) {
    yield { entries: page.Contents ?? [], prefixes: prefixesIn(page) };
  }
}

async function* versionPages({ client, name }: Store, query: Query): AsyncGenerator<Page> {
  for (let from: Marker | undefined = {}; from; ) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: name, ...query, ...from }),
    );
    yield { entries: [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])], prefixes: prefixesIn(page) };
    from = nextOf(page, { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker });
  }
}

async function* uploadPages(store: Store, query: Query): AsyncGenerator<Page> {
  for (let from: Marker | undefined = {}; from; ) {
    const page: ListMultipartUploadsCommandOutput = await store.client.send(
      new ListMultipartUploadsCommand({ Bucket: store.name, ...query, ...from }),
    );
    const entries: Entry[] = [];
    for (const upload of page.Uploads ?? []) entries.push(...(await partsOf(store, upload)));
    yield { entries, prefixes: prefixesIn(page) };
    from = nextOf(page, { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker || undefined });
  }
}

/** An upload was begun once, and is alive as long as parts come in. One that has ended meanwhile has no parts any more. */
async function partsOf(store: Store, upload: MultipartUpload): Promise<Entry[]> {
  const { Key, Initiated } = upload;
  const entries: Entry[] = [{ Key, LastModified: Initiated }];
  try {
    for await (const parts of partPages(store, upload))
      entries.push(...parts.map(({ LastModified }) => ({ Key, LastModified })));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NoSuchUpload')) throw error;
  }
  return entries;
}

/** The SDK's own paginator goes by the marker alone, which S3 gives on the last page too: it would never end. */
async function* partPages({ client, name }: Store, { Key, UploadId }: MultipartUpload): AsyncGenerator<Part[]> {
  let from: string | undefined;
  let page: ListPartsCommandOutput;
  do {
    page = await client.send(new ListPartsCommand({ Bucket: name, Key, UploadId, PartNumberMarker: from }));
    yield page.Parts ?? [];
    from = page.NextPartNumberMarker;
  } while (page.IsTruncated && from !== undefined);
}

function prefixesIn({ CommonPrefixes = [] }: { CommonPrefixes?: { Prefix?: string | undefined }[] | undefined }) {
  return CommonPrefixes.map(({ Prefix = '' }) => Prefix);
}

/** @throws {StepFailed} when a store says that there is more but not where: asking again would list the same page for ever */
function nextOf(page: { IsTruncated?: boolean | undefined }, marker: Marker): Marker | undefined {
  if (!page.IsTruncated) return undefined;
  if (marker.KeyMarker === undefined) throw new StepFailed('ListingWithoutMarker');
  return marker;
}
