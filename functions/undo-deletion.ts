import { connectCleanupQueue, connectEdgeQueue, connectState, onFirstUse } from './connect/connect.ts';
import { connectPlatform } from './connect/connect-platform.ts';
import { undoDeletion } from './deletion/requests/undo-deletion.ts';
import { type ApiPorts, api, callerOf, expectNoBody, videoOf } from './http/api.ts';
import { deletionView } from './http/deletion-view.ts';

type UndoPorts = Parameters<typeof undoDeletion>[0] & ApiPorts;

/** `POST /api/v1/videos/{videoId}/deletion/undo`: cancels a deletion within its undo window. */
export const undoDeletionHandler = (connect: () => UndoPorts) =>
  api(connect, async (ports, event) => {
    expectNoBody(event);
    const asked = { callerId: callerOf(event, ports), videoId: videoOf(event) };
    const { deletion, caller } = await undoDeletion(ports, asked);
    return { status: 200, body: deletionView(deletion, caller, ports.clock()) };
  });

export const handler = undoDeletionHandler(
  onFirstUse(['state', 'log', 'callers', 'cleanupQueue', 'edge', 'database', 'cache'], (settings) => {
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
