import { prefixOf } from '../data-map/data-map.ts';
import { strayKeysOf } from '../data-map/stray-keys.ts';
import type { VideoRow } from '../ports.ts';
import type { Rules } from '../rules.ts';
import type { VideoId } from '../video-id.ts';
import * as lifecycle from './lifecycle.ts';
import type { Reason, Target, Tombstone } from './tombstone.ts';

export type Request = {
  videoId: VideoId;
  deletionId: string;
  requestedBy: string;
  reason: Reason;
  at: Date;
  video: VideoRow;
};

/** The tombstone of a deletion that is asked for. `previous` is the undone or held one that it takes over. */
export function newTombstone(request: Request, rules: Rules, previous?: Tombstone): Tombstone {
  const { video, ...asked } = request;
  return lifecycle.request({ ...asked, ownerId: video.ownerId, target: targetOf(request, rules) }, rules, previous);
}

/** What has to go, as the video's row names it. */
export function targetOf({ videoId, video }: Pick<Request, 'videoId' | 'video'>, { bucket }: Rules): Target {
  const { urls, ownerId, runs } = video;
  const stray = bucket ? strayKeysOf(urls, { videoId, ownerId, ...bucket }) : { strayKeys: [], notOurs: { count: 0 } };
  return { prefix: prefixOf(videoId), ...stray, runs };
}
