import type { Target } from '../record/tombstone.ts';
import type { Rules } from '../rules.ts';
import type { VideoId } from '../video-id.ts';
import { expand, placesIn } from './data-map.ts';

/** CloudFront runs at most 15 invalidations with a wildcard at the same time. */
export const MOST_WILDCARDS = 15;
/** More for the named keys of one deletion become one wildcard: the edge would refuse them for ever. */
const MOST_OF_KEYS = 8;

/**
 * The paths under which the edge may have copies. Wildcards are few, so a named key has a path for each spelling, and
 * only a folder that held what no row names has a wildcard. On a disk, the patterns of the files are paths as well.
 */
export function edgePathsOf(
  videoId: VideoId,
  { strayKeys, filled = [] }: Pick<Target, 'strayKeys' | 'filled'>,
  { bucket }: Pick<Rules, 'bucket'>,
): string[] {
  const named = together(strayKeys.flatMap(spellingsOf));
  const folders = filled.flatMap(spellingsOf).map((folder) => `${folder}*`);
  const onDisk = bucket?.root === undefined ? [] : placesIn('files').filter(({ root }) => root === 'uploads');
  const files = onDisk.map(({ pattern }) => `/${expand(pattern, { videoId }).replace(/\*+$/, '')}*`);
  const paths = placesIn('edge').flatMap(({ path }) =>
    path === '/{strayKey}' ? [...named, ...folders] : [expand(path, { videoId })],
  );
  return [...new Set([...paths, ...files])];
}

/** Few wildcards as they are; of many, the one that covers them all. It never ends within an encoded character. */
function together(paths: readonly string[]): string[] {
  const wildcards = [...new Set(paths.filter(isWildcard))];
  if (wildcards.length <= MOST_OF_KEYS) return [...paths];
  const [first = '', ...others] = wildcards.map((path) => path.slice(0, -1));
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  return [...paths.filter((path) => !isWildcard(path)), `${first.slice(0, length).replace(/%[0-9A-F]?$/, '')}*`];
}

/**
 * CloudFront compares paths as they are written. It wants unsafe characters encoded (RFC 1738, and `~`) and the others
 * not; browsers and platforms may encode more.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
 */
function spellingsOf(key: string): string[] {
  const least = key.replaceAll(/[^A-Za-z0-9$_.+!'(),;:@=&/-]/gu, (character) => encodeURIComponent(character));
  const most = key.split('/').map(encodeURIComponent).join('/');
  const paths = [...new Set([least, most])].map((path) => `/${path.replaceAll('~', '%7E')}`);
  // A viewer may write `*` as it is. In a path it stands for everything from there on.
  return paths.flatMap((path) =>
    path.includes('*') ? [path.replaceAll('*', '%2A'), path.replace(/\*.*$/, '*')] : [path],
  );
}

export function isWildcard(path: string): boolean {
  return path.endsWith('*');
}
