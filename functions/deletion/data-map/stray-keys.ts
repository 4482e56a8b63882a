import { sha256 } from '../record/history.ts';
import type { Target } from '../record/tombstone.ts';
import { MOST_BYTES } from '../rules.ts';
import { isUuid, type VideoId } from '../video-id.ts';
import { expand, placesIn, prefixOf } from './data-map.ts';

/** Where the platform's URLs point to. `endpoint`: the URL of an S3-compatible store that is not AWS. */
export type StorageAddress = { bucket: string; endpoint?: string | undefined };

/**
 * Path-style hosts of S3: with or without a region, dual stack, FIPS, accelerated, the old `s3-region`, websites,
 * China.
 */
const S3_HOST = /^s3(-[a-z0-9-]+)?(\.dualstack)?(\.[a-z]{2}(-[a-z]+)+-\d+)?\.amazonaws\.com(\.cn)?$/;
/** Path-style hosts of R2: the account, then the jurisdiction of a bucket that has one. */
const R2_HOST = /^[a-z0-9-]+(\.(eu|us|fedramp))?\.r2\.cloudflarestorage\.com$/;
/** Hosts of the two stores with the bucket in the name. If the bucket is not ours, such a host is not a CDN either. */
const STORE_HOST = /\.(amazonaws\.com(\.cn)?|r2\.cloudflarestorage\.com)$/;

const URL_PARTS = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)(.*)/is;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern searches for them
const NEVER_IN_A_KEY = /[\u0000-\u001f\u007f\\]/;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html: 1,024 bytes of UTF-8. */
const LONGEST_KEY_BYTES = 1024;
/** In characters: a key with every byte encoded, twice over. A column of a row may hold megabytes. */
export const LONGEST_VALUE = 8_192;

/**
 * The key in our bucket that a URL or a bare key of a video row names, as its form says: percent-decoded, without query
 * and fragment. Undefined if it names no key, names another bucket, or is ambiguous (`..`, empty segments, backslashes,
 * control characters, broken escapes). A host that belongs to no store counts as a CDN in front of the bucket.
 */
export function parseStorageKey(url: string, address: StorageAddress): string | undefined {
  const path = pathIn(url, address);
  return path === undefined ? undefined : keyIn(decoded(path.replace(/[?#].*$/s, '')));
}

/**
 * Every key that a value may mean, the usual one first. Platforms write names into URLs without encoding them, encode a
 * blank as `+`, and store either form of an accent. Each reading decodes at most once: decoding twice would turn
 * `%252e` into a dot.
 */
export function readingsOf(url: string, address: StorageAddress): string[] {
  const path = pathIn(url, address);
  if (path === undefined) return [];
  // `?a=b` is a query. Anything else behind a mark may belong to the name.
  const named = path.replace(/\?[^?#=]*=[^#]*/s, '');
  const texts = [path.replace(/[?#].*$/s, ''), named, named.replace(/#.*$/s, ''), path];
  const plain = texts.flatMap((text) => [text, text.replaceAll('+', ' ')]).flatMap((text) => [decoded(text), text]);
  const readings = plain.flatMap((text) =>
    text === undefined ? [] : [text, text.normalize('NFC'), text.normalize('NFD')],
  );
  return [...new Set(readings.flatMap((text) => keyIn(text) ?? []))];
}

/** The part of a value that names the key, still encoded. */
function pathIn(url: string, address: StorageAddress): string | undefined {
  if (url.length > LONGEST_VALUE || NEVER_IN_A_KEY.test(url)) return undefined;
  const [, scheme, authority, path] = URL_PARTS.exec(url) ?? [];
  if (scheme === undefined || authority === undefined || path === undefined) return SCHEME.test(url) ? undefined : url;
  if (scheme.toLowerCase() === 's3') return authority === address.bucket ? path : undefined;
  if (!/^https?$/i.test(scheme) || authority.includes('@')) return undefined;
  const host = URL.parse(`${scheme}://${authority}`)?.host.replace(/\.$/, '');
  return host === undefined ? undefined : pathAtHost(host, path, address);
}

function pathAtHost(host: string, path: string, { bucket, endpoint }: StorageAddress): string | undefined {
  const custom = endpoint && URL.parse(endpoint)?.host;
  const isStore = (name: string) => name === custom || S3_HOST.test(name) || R2_HOST.test(name);
  if (host.startsWith(`${bucket}.`) && isStore(host.slice(bucket.length + 1))) return path;
  if (isStore(host)) return bucket && path.startsWith(`/${bucket}/`) ? path.slice(bucket.length + 1) : undefined;
  return STORE_HOST.test(host) ? undefined : path;
}

function keyIn(text: string | undefined): string | undefined {
  const key = text?.replace(/^\//, '');
  if (key === undefined || NEVER_IN_A_KEY.test(key) || !key.isWellFormed()) return undefined;
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) return undefined;
  return key.split('/').some((segment) => segment === '' || segment === '.' || segment === '..') ? undefined : key;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The video and the owner of the row, and the prefixes of originals. Each prefix ends in a slash. */
export type RowAddress = StorageAddress & {
  videoId: VideoId;
  ownerId?: string;
  originalsPrefixes: readonly string[];
  /** The folder of the uploads, where the videos are files. */
  root?: string;
};

/**
 * Divides what a row's URLs name into keys outside the video's prefix that certainly belong to this video, and values
 * that we may not delete. Each reading of a value has to be ours by itself. Keys that another place of the data map
 * covers and empty values are in neither group. Repeated values count once.
 * @returns `strayKeys` sorted; `sought`: the readings of each value; `notOurs.sha256` over the sorted values, joined by
 * line feeds, absent if there are none
 */
export function strayKeysOf(
  urls: readonly string[],
  row: RowAddress,
): Pick<Target, 'strayKeys' | 'notOurs' | 'sought'> {
  const sought = new Map<string, string[]>();
  const others = new Set<string>();
  const notOurs = new Set<string>();
  for (const url of urls.filter((url) => url !== '')) {
    const readings = readingsBelow(url, row);
    const ours = readings.filter((key) => isBeyondDoubt(key, row) && !isCovered(key, row));
    // What is covered goes anyway. What else the value may mean is deleted if it is there, and not missed if not.
    if (readings.some((key) => isCovered(key, row))) for (const key of ours) others.add(key);
    else if (ours.length > 0) sought.set(ours.join('\n'), ours);
    else notOurs.add(parseStorageKey(url, row) ?? url);
  }
  const fitting = [...sought.values()].map(fitter());
  return {
    strayKeys: [...new Set([...fitting.flat(), ...others])].sort(),
    notOurs: { count: notOurs.size, ...(notOurs.size > 0 && { sha256: sha256([...notOurs].sort().join('\n')) }) },
    ...(fitting.length > 0 && { sought: fitting }),
  };
}

/** Every key that the values of a row may mean. */
export function keysNamedBy(urls: readonly string[], place: Pick<RowAddress, keyof StorageAddress | 'root'>): string[] {
  return [...new Set(urls.flatMap((url) => readingsBelow(url, place)))];
}

/** Of each value the usual reading, and as many of the others as fit. A tombstone must stay small. */
function fitter(): (readings: string[]) => string[] {
  let left = MOST_BYTES.keys;
  return (readings) =>
    readings.filter((key, position) => {
      left -= Buffer.byteLength(key);
      return left >= 0 || position === 0;
    });
}

/** On a disk, a path may name the root of the uploads, whole or by its last folder. */
function readingsBelow(url: string, row: Pick<RowAddress, keyof StorageAddress | 'root'>): string[] {
  const readings = readingsOf(url, row);
  if (row.root === undefined) return readings;
  const root = row.root.replaceAll(/^\/+|\/+$/g, '');
  const starts = [`${root}/`, `${root.split('/').at(-1)}/`];
  const below = readings.flatMap((key) =>
    starts.filter((start) => key.startsWith(start)).map((start) => key.slice(start.length)),
  );
  return [...new Set([...readings, ...below])];
}

/** True for a key that is deleted anyway, whatever the row names. */
function isCovered(key: string, { videoId, root }: RowAddress): boolean {
  if (key.startsWith(prefixOf(videoId))) return true;
  return root !== undefined && uploadPatterns(videoId).some((pattern) => matches(key, pattern));
}

function uploadPatterns(videoId: VideoId): string[] {
  return placesIn('files').flatMap(({ root, pattern }) => (root === 'uploads' ? [expand(pattern, { videoId })] : []));
}

/** `a/name*` means every entry of `a` that begins so, `a/name/**` everything below. */
function matches(key: string, pattern: string): boolean {
  const start = pattern.replace(/\*+$/, '');
  return key.startsWith(start) && (pattern.endsWith('/**') || !key.slice(start.length).includes('/'));
}

/** What files of videos end with. Any other ending may be a part of a name that a person chose. */
const EXTENSIONS = new Set(
  [
    ['3gp', 'avi', 'flv', 'm2ts', 'm4v', 'mkv', 'mov', 'mp4', 'mpeg', 'mpg', 'mts', 'mxf', 'ogv', 'ts', 'webm', 'wmv'],
    ['aac', 'flac', 'm4a', 'mp3', 'ogg', 'opus', 'wav'],
    ['avif', 'gif', 'heic', 'jpeg', 'jpg', 'png', 'webp'],
    ['ass', 'json', 'm3u8', 'mpd', 'srt', 'vtt', 'xml'],
    ['bak', 'gz', 'orig', 'part', 'tar', 'tmp', 'zip'],
  ].flat(),
);

/**
 * The target after its deletion, without names that people chose. A folder or a file may have the name that its owner
 * gave it, and a tombstone must not contain such names. Keys of prefixes, ids, dates and known extensions alone stay,
 * because a restored backup may bring them back without the row. `notFound`: how many values were found nowhere.
 */
export function withoutNames({ sought, sharedRuns, ...target }: Target): Target {
  const id = target.prefix.split('/').at(-2) ?? '';
  const strayKeys = target.strayKeys.filter((key) => isNameless(key, id));
  return {
    ...target,
    strayKeys,
    ...(sought && sought.length > 0 && { notFound: sought.length }),
    ...(sharedRuns && { runsLeft: sharedRuns.length }),
  };
}

/** The first segment is a prefix of originals, which the environment names. */
function isNameless(key: string, id: string): boolean {
  const [, ...folders] = key.split('/');
  const [stem, ...extensions] = (folders.pop() ?? '').split('.');
  const isId = (text: string | undefined) => text === id || (text !== undefined && isUuid(text));
  return (
    isId(stem) &&
    extensions.every((each) => EXTENSIONS.has(each)) &&
    folders.every((each) => isId(each) || /^\d{1,4}$/.test(each))
  );
}

/**
 * True for a key under a prefix of originals that contains the id of this video, and no other id except its owner's.
 * With another id, the object may belong to another video.
 */
function isBeyondDoubt(key: string, { videoId, ownerId, originalsPrefixes }: RowAddress): boolean {
  const segments = key.split('/');
  const fileStem = segments.at(-1)?.split('.')[0];
  return (
    originalsPrefixes.some((prefix) => key.startsWith(prefix)) &&
    (segments.includes(videoId) || fileStem === videoId) &&
    segments
      .map((segment) => segment.toLowerCase())
      .every((segment) => segment === videoId || segment === ownerId || !isUuid(segment))
  );
}
