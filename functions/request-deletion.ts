import * as z from 'zod/mini';
import { connectCleanupQueue, connectEdgeQueue, connectState, onFirstUse } from './connect/connect.ts';
import { connectPlatform } from './connect/connect-platform.ts';
import { reasonOf } from './deletion/errors.ts';
import type { Caller } from './deletion/ports.ts';
import { requestDeletion } from './deletion/requests/request-deletion.ts';
import { MOST_TOGETHER, type Outcome, requestDeletions } from './deletion/requests/request-deletions.ts';
import { isUuid, parseVideoId } from './deletion/video-id.ts';
import { type Answer, type ApiEvent, type ApiPorts, api, bodyOf, callerOf, expectNoBody, videoOf } from './http/api.ts';
import { accepted, deletionSummary, deletionView } from './http/deletion-view.ts';
import { refusalOf } from './http/problem-json.ts';

type RequestPorts = Parameters<typeof requestDeletion>[0] & ApiPorts;

/**
 * `DELETE /api/v1/videos/{videoId}`: the owner or an admin requests a deletion. If there is one already, it is the
 * answer. `POST /api/v1/deletions`: the same for several videos. One function serves both, because they need the same
 * ports.
 */
export const requestDeletionHandler = (connect: () => RequestPorts) =>
  api(connect, (ports, event) => (event.routeKey.startsWith('POST ') ? several(ports, event) : one(ports, event)));

export const handler = requestDeletionHandler(
  onFirstUse(['state', 'log', 'callers', 'cleanupQueue', 'edge', 'places', 'database', 'cache'], (settings) => {
    const state = connectState(settings);
    return {
      ...state,
      ...connectCleanupQueue(settings),
      ...connectEdgeQueue(settings),
      ...connectPlatform(settings, state),
      userIdClaim: settings.USER_ID_CLAIM,
    };
  }),
);

async function one(ports: RequestPorts, event: ApiEvent): Promise<Answer> {
  expectNoBody(event);
  const asked = { callerId: callerOf(event, ports), videoId: videoOf(event) };
  const { deletion, caller } = await requestDeletion(ports, asked);
  const now = ports.clock();
  return deletion.state === 'deleted'
    ? { status: 200, body: deletionView(deletion, caller, now) }
    : accepted(deletion, caller, now);
}

const VIDEOS = z.strictObject({
  videoIds: z.array(z.string().check(z.refine(isUuid))).check(z.minLength(1), z.maxLength(MOST_TOGETHER)),
});
const VIDEOS_EXPECTED = { videoIds: `a list of 1 to ${MOST_TOGETHER} UUIDs in lower case` };

async function several(ports: RequestPorts, event: ApiEvent): Promise<Answer> {
  const callerId = callerOf(event, ports);
  const videoIds = bodyOf(event, VIDEOS, VIDEOS_EXPECTED).videoIds.map(parseVideoId);
  const { caller, outcomes } = await requestDeletions(ports, { callerId, videoIds });
  return { status: 202, body: { results: outcomes.map((outcome) => resultOf(ports, outcome, caller)) } };
}

/** The answer that a request for this video alone would have received. */
function resultOf({ clock, log }: RequestPorts, { videoId, ...outcome }: Outcome, caller: Caller) {
  if ('deletion' in outcome) {
    const { deletion } = outcome;
    const status = deletion.state === 'deleted' ? 200 : 202;
    return { videoId, status, deletion: deletionSummary(deletion, caller, clock()) };
  }
  const refusal = refusalOf(outcome.error);
  log.error('request failed', { videoId, status: refusal.status, code: reasonOf(outcome.error) });
  return { videoId, ...refusal };
}
