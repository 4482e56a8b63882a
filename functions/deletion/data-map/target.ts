import type { VideoRow } from '../ports.ts';
import type { Target } from '../record/tombstone.ts';
import { MOST_RUNS, type Rules } from '../rules.ts';
import type { VideoId } from '../video-id.ts';
import { prefixOf } from './data-map.ts';
import { strayKeysOf } from './stray-keys.ts';

/** Everything outside the database that has to be deleted, as the video's row names it. */
export function targetOf({ videoId, video }: { videoId: VideoId; video: VideoRow }, { bucket }: Rules): Target {
  const { urls, ownerId, runs, status } = video;
  const stray = bucket ? strayKeysOf(urls, { videoId, ownerId, ...bucket }) : { strayKeys: [], notOurs: { count: 0 } };
  return {
    prefix: prefixOf(videoId),
    ...stray,
    runs: runs.slice(0, MOST_RUNS),
    ...(status === 'ready' && { wasReady: true }),
  };
}
