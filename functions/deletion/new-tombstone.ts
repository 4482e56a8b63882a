import { transition } from './change.ts';
import { prefixOf } from './data-map.ts';
import type { VideoRow } from './ports.ts';
import { dueIn, plus, type Rules } from './rules.ts';
import { strayKeysOf } from './stray-keys.ts';
import { type Reason, STEP_NAMES, type Step, type StepName, type Target, type Tombstone } from './tombstone.ts';
import type { VideoId } from './video-id.ts';

export type Request = {
  videoId: VideoId;
  deletionId: string;
  requestedBy: string;
  reason: Reason;
  at: Date;
  video: VideoRow;
};

/** The tombstone of a deletion that is asked for: `pending`, due at the end of the undo window. `previous` is the undone or held one that it takes over, whose chain goes on. */
export function newTombstone(request: Request, rules: Rules, previous?: Tombstone): Tombstone {
  const { at, requestedBy, reason } = request;
  const asked = { ...unasked(request, rules, previous), ...dueIn(at, rules.undoSeconds, rules) };
  const requested = transition(asked, 'request', { at, by: requestedBy, detail: { code: reason } });
  // Under a hold the only work that is due is to hide it, and that ends with `hideNow`.
  return requested.state === 'held' ? { ...requested, ...dueIn(at, 0, rules) } : requested;
}

/** The tombstone before its first command: state `none`, nothing due. */
export function unasked(request: Request, rules: Rules, previous?: Tombstone): Tombstone {
  const { videoId, at, video } = request;
  return {
    ...(previous ?? { state: 'none', revision: 0, history: [], receipts: [], outbox: [] }),
    videoId,
    deletionId: request.deletionId,
    ownerId: video.ownerId,
    requestedBy: request.requestedBy,
    reason: request.reason,
    requestedAt: at.toISOString(),
    undoableUntil: plus(at, rules.undoSeconds).toISOString(),
    target: targetOf(request, rules),
    steps: waitingSteps(),
    hidden: false,
    hiddenAt: undefined,
    edge: undefined,
    attempts: 0,
    progressed: false,
    interrupted: 0,
    late: {},
    expiresAt: undefined,
  };
}

/** What has to go, as the video's row names it. */
export function targetOf({ videoId, video }: Pick<Request, 'videoId' | 'video'>, { bucket }: Rules): Target {
  const { urls, ownerId, runs } = video;
  const stray = bucket ? strayKeysOf(urls, { videoId, ownerId, ...bucket }) : { strayKeys: [], notOurs: { count: 0 } };
  return { prefix: prefixOf(videoId), ...stray, runs };
}

/** All steps, none begun. */
export function waitingSteps(): Record<StepName, Step> {
  const waiting = STEP_NAMES.map((name): [StepName, Step] => [name, { state: 'waiting', attempts: 0, counts: {} }]);
  return Object.fromEntries(waiting) as Record<StepName, Step>;
}
