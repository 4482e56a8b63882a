import type { S3Client } from '@aws-sdk/client-s3';
import { placesIn, prefixOf } from '../../deletion/data-map/data-map.ts';
import type { StoredOriginal } from '../../deletion/orphans/lost-originals.ts';
import type { StoredVideos } from '../../deletion/orphans/orphan.ts';
import { isUuid, type VideoId } from '../../deletion/video-id.ts';
import { idsIn } from '../storage-target.ts';
import { type Bucket, rememberVersioning, type UploadListing, type Versioning } from './bucket.ts';
import { type Entry, everyPage, listPage, type Page, type Query } from './listing.ts';
import { listPartTimes, type Upload, uploadPages } from './upload-listing.ts';

type Options = { bucket: string; uploads?: UploadListing; originalsPrefixes?: readonly string[] };
type Store = Bucket & { versioning: () => Promise<Versioning> };

/** `videos/`: what stands before the id in the data map. */
const VIDEOS = placesIn('objects')
  .flatMap((place) => ('prefix' in place ? [place.prefix.slice(0, place.prefix.indexOf('{'))] : []))
  .join('');

/**
 * The videos' prefixes in S3, R2 or another store that speaks S3. A prefix that holds nothing but old versions, delete
 * markers or unfinished uploads counts as well. Changes nothing. Needs GetBucketVersioning, ListBucket,
 * ListBucketVersions, ListBucketMultipartUploads and ListMultipartUploadParts, and a client that reads times.
 */
export function createS3Prefixes(
  client: S3Client,
  { bucket: name, uploads, originalsPrefixes = [] }: Options,
): StoredVideos {
  const store: Store = { client, name, uploads, versioning: rememberVersioning({ client, name }) };
  return {
    list: () => list(store),
    originals: () => originals(store, originalsPrefixes),
    newestAt: (videoId) => newestAt(store, videoId),
  };
}

async function* list(store: Store): AsyncGenerator<{ videoIds: VideoId[]; foreign: string[] }> {
  for await (const { entries, prefixes } of pagesOf(store, { key: VIDEOS, exact: false, delimiter: '/' })) {
    const names = prefixes.map((prefix) => prefix.slice(VIDEOS.length, -1));
    const keys = new Set(entries.map(({ key }) => key));
    // Some consoles create an empty object that stands for the prefix.
    keys.delete(VIDEOS);
    const others = names.filter((name) => !isUuid(name)).map((name) => `${VIDEOS}${name}/`);
    yield { videoIds: names.filter(isUuid) as VideoId[], foreign: [...others, ...keys] };
  }
}

async function* originals(store: Store, prefixes: readonly string[]): AsyncGenerator<StoredOriginal[]> {
  const { isVersioned } = await store.versioning();
  for (const key of prefixes) {
    const pages = everyPage((from) => listPage(store, { key, exact: false, from }, isVersioned));
    for await (const { entries } of pages) {
      yield entries.flatMap(({ key, kind, writtenAt }) =>
        kind === 'objects' && writtenAt ? [{ key, ids: idsIn(key), writtenAt }] : [],
      );
    }
  }
}

async function newestAt(store: Store, videoId: VideoId): Promise<Date | undefined> {
  let newest: Date | undefined;
  for await (const { entries } of pagesOf(store, { key: prefixOf(videoId), exact: false })) {
    for (const entry of entries) {
      for await (const at of timesOf(store, entry)) if (!newest || at > newest) newest = at;
    }
  }
  return newest;
}

/** Uploads last: an upload that is completed meanwhile is listed twice rather than not at all. */
async function* pagesOf(store: Store, query: Query): AsyncGenerator<Page<Entry | Upload>> {
  const { isVersioned } = await store.versioning();
  yield* everyPage((from) => listPage(store, { ...query, from }, isVersioned));
  yield* uploadPages(store, query);
}

/** An upload is in use for as long as parts arrive. One that has ended meanwhile has no parts any more. */
async function* timesOf(store: Store, entry: Entry | Upload): AsyncGenerator<Date> {
  const at = 'uploadId' in entry ? entry.startedAt : entry.writtenAt;
  if (at) yield at;
  if (!('uploadId' in entry)) return;
  try {
    yield* listPartTimes(store, entry);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NoSuchUpload')) throw error;
  }
}
