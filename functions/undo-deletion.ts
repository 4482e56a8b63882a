import { connectCleanupQueue, connectEdgeQueue, connectState, onFirstUse } from './connect/connect.ts';
import { connectPlatform } from './connect/connect-platform.ts';
import { expediteDeletion } from './deletion/requests/expedite-deletion.ts';
import { undoDeletion } from './deletion/requests/undo-deletion.ts';
import { undoDeletions } from './deletion/requests/undo-deletions.ts';
import {
  type Answer,
  type ApiEvent,
  type ApiPorts,
  api,
  arrivalOf,
  callerOf,
  expectNoBody,
  videoOf,
} from './http/api.ts';
import { accepted, deletionView } from './http/deletion-view.ts';
import { resultOf, videosOf } from './http/several-videos.ts';

type UndoPorts = Parameters<typeof undoDeletion>[0] & ApiPorts;

/**
 * `POST /api/v1/videos/{videoId}/deletion/undo`: undoes a deletion that is inside its undo window.
 * `POST /api/v1/deletions/undo`: the same for several videos. `POST /api/v1/videos/{videoId}/deletion/now`: ends the
 * undo window. One function serves all, because they need the same ports.
 */
export const undoDeletionHandler = (connect: () => UndoPorts) =>
  api(connect, (ports, event) => {
    if (event.routeKey.endsWith('/now')) return expedite(ports, event);
    return event.pathParameters?.videoId === undefined ? several(ports, event) : one(ports, event);
  });

async function one(ports: UndoPorts, event: ApiEvent): Promise<Answer> {
  expectNoBody(event);
  const asked = { callerId: callerOf(event, ports), videoId: videoOf(event), arrivedAt: arrivalOf(event) };
  const { deletion, caller } = await undoDeletion(ports, asked);
  return { status: 200, body: deletionView(deletion, caller, ports.clock()) };
}

async function several(ports: UndoPorts, event: ApiEvent): Promise<Answer> {
  const asked = { callerId: callerOf(event, ports), videoIds: videosOf(event), arrivedAt: arrivalOf(event) };
  const { caller, outcomes } = await undoDeletions(ports, asked);
  return {
    status: 200,
    body: { results: outcomes.map((outcome) => resultOf(ports, outcome, { caller, accepted: 200 })) },
  };
}

async function expedite(ports: UndoPorts, event: ApiEvent): Promise<Answer> {
  expectNoBody(event);
  const { deletion, caller } = await expediteDeletion(ports, {
    callerId: callerOf(event, ports),
    videoId: videoOf(event),
  });
  return accepted(deletion, caller, ports.clock());
}

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
