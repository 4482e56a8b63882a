import { isoTime, type Operation, quoted, xmlAnswer } from '../http/operation.ts';
import { invalidArgument } from '../http/s3-error.ts';
import type { XmlElement } from '../http/xml-writer.ts';
import { type ListingQuery, listingQuery, type Page, takePage, walk } from '../store/listing.ts';
import { type Bucket, currentObject, type KeyEntry, type StoredObject, type Version } from '../store/model.ts';
import { isVersionId, NULL_VERSION, sequenceIn } from '../store/version-ids.ts';

type Current = { key: string; object: StoredObject };
type OfKey = { key: string; version: Version; isLatest: boolean };

/** Lists only keys whose newest version is an object. The continuation token contains the last name shown. */
export const listObjectsV2: Operation = ({ store, faults }, request) => {
  const bucket = store.bucket(request.bucket);
  if (request.query.get('list-type') !== '2') throw invalidArgument('Invalid list-type');
  const token = request.query.get('continuation-token');
  const startAfter = request.query.get('start-after');
  const asked = listingQuery(request, 'max-keys');
  const { page, last } = currentPage(bucket, asked, token === undefined ? startAfter : readToken(token));
  return xmlAnswer('ListBucketResult', [
    ...head(faults.accent().answersAs ?? bucket.name, asked, page, 'MaxKeys'),
    ['KeyCount', page.items.length + page.commonPrefixes.length],
    ['StartAfter', startAfter && asked.encode(startAfter)],
    ['ContinuationToken', token],
    ['NextContinuationToken', page.isTruncated && last !== undefined ? writeToken(last) : undefined],
    ...page.items.map(({ key, object }) => contentsOf(asked, key, object)),
    ...prefixesOf(asked, page),
  ]);
};

/** The first version of this listing, which older programs still use. Its marker is a name as it was shown. */
export const listObjects: Operation = ({ store, faults }, request) => {
  const bucket = store.bucket(request.bucket);
  const asked = listingQuery(request, 'max-keys');
  const marker = request.query.get('marker') ?? '';
  const { page, last } = currentPage(bucket, asked, marker || undefined);
  return xmlAnswer('ListBucketResult', [
    ...head(faults.accent().answersAs ?? bucket.name, asked, page, 'MaxKeys'),
    ['Marker', asked.encode(marker)],
    // S3 sends it only with a delimiter. Without one, the last key is the next marker.
    ['NextMarker', page.isTruncated && asked.delimiter && last !== undefined ? asked.encode(last) : undefined],
    ...page.items.map(({ key, object }) => contentsOf(asked, key, object)),
    ...prefixesOf(asked, page),
  ]);
};

function currentPage(bucket: Bucket, asked: ListingQuery, after: string | undefined) {
  const isVisible = (entry: KeyEntry) => currentObject(entry) !== undefined;
  const page = takePage(walk(bucket.keys, { ...asked, after, isVisible }), asked.limit, currentOf);
  return { page, last: typeof page.last === 'string' ? page.last : page.last?.key };
}

/** Versions and delete markers of every key, newest first. The markers name the last one shown. */
export const listObjectVersions: Operation = ({ store, faults }, request) => {
  const bucket = store.bucket(request.bucket);
  const asked = listingQuery(request, 'max-keys');
  const keyMarker = request.query.get('key-marker') || undefined;
  const versionMarker = request.query.get('version-id-marker');
  checkVersionMarker(keyMarker, versionMarker);
  const window = { ...asked, after: keyMarker, isInclusive: versionMarker !== undefined };
  const page = takePage(walk(bucket.keys, window), asked.limit, (entry) => {
    const all = entry.versions.map((version, at) => ({ key: entry.key, version, isLatest: at === 0 }));
    return entry.key === keyMarker && versionMarker ? olderThan(all, versionMarker) : all;
  });
  const next = page.isTruncated ? page.last : undefined;
  const nextKey = typeof next === 'string' ? next : next?.key;
  return xmlAnswer('ListVersionsResult', [
    ...head(faults.accent().answersAs ?? bucket.name, asked, page, 'MaxKeys'),
    ['KeyMarker', asked.encode(keyMarker ?? '')],
    ['VersionIdMarker', versionMarker ?? ''],
    ['NextKeyMarker', nextKey && asked.encode(nextKey)],
    ['NextVersionIdMarker', typeof next === 'string' ? undefined : next?.version.versionId],
    ...page.items.map((item) => versionOf(asked, item)),
    ...prefixesOf(asked, page),
  ]);
};

/** The common beginning of every listing. */
export function head(bucket: string, asked: ListingQuery, page: Page<object>, limitName: string): XmlElement[] {
  return [
    [limitName === 'MaxUploads' ? 'Bucket' : 'Name', bucket],
    ['Prefix', asked.encode(asked.prefix)],
    ['Delimiter', asked.delimiter ? asked.encode(asked.delimiter) : undefined],
    [limitName, asked.limit],
    ['EncodingType', asked.encoding],
    ['IsTruncated', page.isTruncated],
  ];
}

export const prefixesOf = ({ encode }: ListingQuery, page: Page<object>): XmlElement[] =>
  page.commonPrefixes.map((prefix) => ['CommonPrefixes', [['Prefix', encode(prefix)]]]);

function currentOf(entry: KeyEntry): Current[] {
  const object = currentObject(entry);
  return object ? [{ key: entry.key, object }] : [];
}

const contentsOf = ({ encode }: ListingQuery, key: string, object: StoredObject): XmlElement => [
  'Contents',
  [['Key', encode(key)], ...described(object)],
];

function versionOf({ encode }: ListingQuery, { key, version, isLatest }: OfKey): XmlElement {
  const identity: XmlElement[] = [
    ['Key', encode(key)],
    ['VersionId', version.versionId],
    ['IsLatest', isLatest],
  ];
  if (version.kind === 'object') return ['Version', [...identity, ...described(version)]];
  return ['DeleteMarker', [...identity, ['LastModified', isoTime(version.modifiedAt)]]];
}

const described = ({ modifiedAt, etag, size }: StoredObject): XmlElement[] => [
  ['LastModified', isoTime(modifiedAt)],
  ['ETag', quoted(etag)],
  ['Size', size],
  ['StorageClass', 'STANDARD'],
];

function checkVersionMarker(keyMarker: string | undefined, versionMarker: string | undefined): void {
  if (versionMarker === undefined) return;
  if (versionMarker === '') throw invalidArgument('A version-id marker cannot be empty.');
  if (!keyMarker) throw invalidArgument('A version-id marker cannot be specified without a key marker.');
  if (!isVersionId(versionMarker)) throw invalidArgument('Invalid version id specified');
}

/**
 * Continues behind the marker, also when the marker's version has been deleted. If it was a null version, it returns
 * all versions of the key, because the id of a null version does not say where it stood.
 */
function olderThan(all: OfKey[], marker: string): OfKey[] {
  const at = all.findIndex(({ version }) => version.versionId === marker);
  if (at >= 0) return all.slice(at + 1);
  const sequence = marker === NULL_VERSION ? undefined : sequenceIn(marker);
  return sequence === undefined ? all : all.filter(({ version }) => version.sequence < sequence);
}

const writeToken = (last: string) => Buffer.from(last).toString('base64');

function readToken(token: string): string {
  const last = Buffer.from(token, 'base64').toString();
  if (last && writeToken(last) === token) return last;
  throw invalidArgument('The continuation token provided is incorrect');
}
