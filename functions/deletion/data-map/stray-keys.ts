import { sha256 } from '../record/history.ts';
import type { Target } from '../record/tombstone.ts';
import { isUuid, type VideoId } from '../video-id.ts';
import { prefixOf } from './data-map.ts';

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

const URL_PARTS = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)([^?#]*)/i;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern searches for them
const NEVER_IN_A_KEY = /[\u0000-\u001f\u007f\\]/;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html: 1,024 bytes of UTF-8. */
const LONGEST_KEY_BYTES = 1024;

/**
 * The key in our bucket that a URL or a bare key of a video row names. Undefined if it names no key, names another
 * bucket, or is ambiguous (`..`, empty segments, backslashes, control characters, broken escapes). A host that belongs
 * to no store counts as a CDN in front of the bucket.
 */
export function parseStorageKey(url: string, address: StorageAddress): string | undefined {
  if (NEVER_IN_A_KEY.test(url)) return undefined;
  const [, scheme, authority, path] = URL_PARTS.exec(url) ?? [];
  if (scheme === undefined || authority === undefined || path === undefined) {
    return SCHEME.test(url) ? undefined : keyIn(url.replace(/[?#].*$/, ''));
  }
  if (scheme.toLowerCase() === 's3') return authority === address.bucket ? keyIn(path) : undefined;
  if (!/^https?$/i.test(scheme) || authority.includes('@')) return undefined;
  const host = URL.parse(`${scheme}://${authority}`)?.host.replace(/\.$/, '');
  return host === undefined ? undefined : keyAtHost(host, path, address);
}

function keyAtHost(host: string, path: string, { bucket, endpoint }: StorageAddress): string | undefined {
  const custom = endpoint && URL.parse(endpoint)?.host;
  const isStore = (name: string) => name === custom || S3_HOST.test(name) || R2_HOST.test(name);
  if (host.startsWith(`${bucket}.`) && isStore(host.slice(bucket.length + 1))) return keyIn(path);
  if (isStore(host)) return path.startsWith(`/${bucket}/`) ? keyIn(path.slice(bucket.length + 1)) : undefined;
  return STORE_HOST.test(host) ? undefined : keyIn(path);
}

/** Decodes once. Decoding twice would turn `%252e` into a dot. */
function keyIn(path: string): string | undefined {
  const key = decoded(path.replace(/^\//, ''));
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
export type RowAddress = StorageAddress & { videoId: VideoId; ownerId?: string; originalsPrefixes: readonly string[] };

/**
 * Divides what a row's URLs name into keys outside the video's prefix that certainly belong to this video, and values
 * that we may not delete. Keys under the video's own prefix and empty values are in neither group. Repeated values
 * count once.
 * @returns `strayKeys` sorted; `notOurs.sha256` over the sorted values, joined by line feeds, absent if there are none
 */
export function strayKeysOf(urls: readonly string[], row: RowAddress): Pick<Target, 'strayKeys' | 'notOurs'> {
  const strayKeys = new Set<string>();
  const notOurs = new Set<string>();
  for (const url of urls.filter((url) => url !== '')) {
    const key = parseStorageKey(url, row);
    if (key?.startsWith(prefixOf(row.videoId))) continue;
    if (key !== undefined && isBeyondDoubt(key, row)) strayKeys.add(key);
    else notOurs.add(key ?? url);
  }
  return {
    strayKeys: [...strayKeys].sort(),
    notOurs: { count: notOurs.size, ...(notOurs.size > 0 && { sha256: sha256([...notOurs].sort().join('\n')) }) },
  };
}

/**
 * The target after its deletion, without names that people chose: a file may be stored under the name that its owner
 * gave it, and a tombstone must not contain such names. Keys that consist only of ids stay, because a restored backup
 * may bring them back without the row.
 */
export function withoutNames(target: Target): Target {
  const { strayKeys } = target;
  const id = target.prefix.split('/').at(-2) ?? '';
  return { ...target, strayKeys: strayKeys.filter((key) => key.split('/').at(-1)?.split('.')[0] === id) };
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
