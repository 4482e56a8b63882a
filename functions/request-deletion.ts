import { type ApiPorts, api, callerOf, expectNoBody, videoOf } from './api.ts';
import { connectCleanupQueue, connectEdgeQueue, connectState, onFirstUse } from './connect.ts';
import { connectPlatform } from './connect-platform.ts';
import { requestDeletion } from './deletion/request-deletion.ts';
import { accepted, deletionView } from './deletion-view.ts';

type RequestPorts = Parameters<typeof requestDeletion>[0] & ApiPorts;

/** `DELETE /api/v1/videos/{videoId}`: the owner or an admin asks for a deletion, or for the one that stands already. */
export const requestDeletionHandler = (connect: () => RequestPorts) =>
  api(connect, async (ports, event) => {
    expectNoBody(event);
    const asked = { callerId: callerOf(event, ports), videoId: videoOf(event) };
    const { deletion, caller } = await requestDeletion(ports, asked);
    return deletion.state === 'deleted'
      ? { status: 200, body: deletionView(deletion, caller) }
      : accepted(deletion, caller, ports.clock());
  });

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
