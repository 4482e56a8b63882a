import * as z from 'zod/mini';
import { reasonOf } from '../deletion/errors.ts';
import type { Caller, Ports } from '../deletion/ports.ts';
import { MOST_TOGETHER, type Outcome } from '../deletion/requests/request-deletions.ts';
import { isUuid, parseVideoId, type VideoId } from '../deletion/video-id.ts';
import { type ApiEvent, bodyOf } from './api.ts';
import { deletionSummary } from './deletion-view.ts';
import { refusalOf } from './problem-json.ts';

const VIDEOS = z.strictObject({
  videoIds: z.array(z.string().check(z.refine(isUuid))).check(z.minLength(1), z.maxLength(MOST_TOGETHER)),
});
const VIDEOS_EXPECTED = { videoIds: `a list of 1 to ${MOST_TOGETHER} UUIDs in lower case` };

/** The videos that the body names. @throws {Malformed} */
export function videosOf(event: ApiEvent): VideoId[] {
  return bodyOf(event, VIDEOS, VIDEOS_EXPECTED).videoIds.map(parseVideoId);
}

/** The answer that a request for this video alone would have received. `accepted`: its status while it goes on. */
export function resultOf(
  { clock, log }: Pick<Ports, 'clock' | 'log'>,
  { videoId, ...outcome }: Outcome,
  { caller, accepted }: { caller: Caller; accepted: 200 | 202 },
) {
  if ('deletion' in outcome) {
    const { deletion } = outcome;
    const status = deletion.state === 'deleted' ? 200 : accepted;
    return { videoId, status, deletion: deletionSummary(deletion, caller, clock()) };
  }
  const refusal = refusalOf(outcome.error);
  if (refusal.status >= 500)
    log.error('request failed', { videoId, status: refusal.status, code: reasonOf(outcome.error) });
  return { videoId, ...refusal };
}
