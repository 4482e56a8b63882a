import { connectCleanupQueue, connectEdgeQueue, connectState, onFirstUse } from './connect/connect.ts';
import { connectPlatform } from './connect/connect-platform.ts';
import { requestDeletion } from './deletion/requests/request-deletion.ts';
import { requestDeletions } from './deletion/requests/request-deletions.ts';
import { type Answer, type ApiEvent, type ApiPorts, api, callerOf, expectNoBody, videoOf } from './http/api.ts';
import { accepted, deletionView } from './http/deletion-view.ts';
import { resultOf, videosOf } from './http/several-videos.ts';

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

async function several(ports: RequestPorts, event: ApiEvent): Promise<Answer> {
  const callerId = callerOf(event, ports);
  const { caller, outcomes } = await requestDeletions(ports, { callerId, videoIds: videosOf(event) });
  const results = outcomes.map((outcome) => resultOf(ports, outcome, { caller, accepted: 202 }));
  return { status: 202, body: { results } };
}
