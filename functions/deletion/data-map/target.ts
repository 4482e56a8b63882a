import type { VideoRow } from '../ports.ts';
import type { Target } from '../record/tombstone.ts';
import { MOST_BYTES, type Rules } from '../rules.ts';
import type { VideoId } from '../video-id.ts';
import { prefixOf } from './data-map.ts';
import { strayKeysOf } from './stray-keys.ts';

/** The folders of originals that are named by the video's id alone. */
export function ownFoldersOf(videoId: VideoId, originalsPrefixes: readonly string[] = []): string[] {
  return originalsPrefixes.map((prefix) => `${prefix}${videoId}/`);
}

/** Everything outside the database that has to be deleted, as the video's row names it. */
export function targetOf({ videoId, video }: { videoId: VideoId; video: VideoRow }, { bucket }: Rules): Target {
  const { urls, ownerId, runs, status } = video;
  const stray = bucket ? strayKeysOf(urls, { videoId, ownerId, ...bucket }) : { strayKeys: [], notOurs: { count: 0 } };
  const folders = ownFoldersOf(videoId, bucket?.originalsPrefixes);
  return {
    prefix: prefixOf(videoId),
    ...stray,
    ...(folders.length > 0 && { folders }),
    runs: fittingRuns(runs),
    ...(status === 'ready' && { wasReady: true }),
  };
}

/** What the row named earlier and what it names now. Nothing of it is forgotten when the row changes. */
export function bothTargets(earlier: Target, now: Target): Target {
  const both = (one: readonly string[] = [], other: readonly string[] = []) => [...new Set([...one, ...other])];
  const sought = [
    ...new Map([...(earlier.sought ?? []), ...(now.sought ?? [])].map((each) => [`${each}`, each])).values(),
  ];
  return {
    ...now,
    strayKeys: both(earlier.strayKeys, now.strayKeys).sort(),
    notOurs: earlier.notOurs.count > now.notOurs.count ? earlier.notOurs : now.notOurs,
    ...(sought.length > 0 && { sought }),
    runs: fittingRuns(both(earlier.runs, now.runs)),
    ...((earlier.wasReady || now.wasReady) && { wasReady: true }),
  };
}

/** The runs that a tombstone names. The others are read from their rows, which are deleted last. */
export function fittingRuns(runs: readonly string[]): string[] {
  let left = MOST_BYTES.runs;
  return runs.filter((run) => {
    left -= Buffer.byteLength(run);
    return left >= 0;
  });
}
