import { connectCleanupQueue, connectState, onFirstUse } from './connect/connect.ts';
import { connectRows } from './connect/connect-rows.ts';
import { NotYours } from './deletion/errors.ts';
import { findDeletion } from './deletion/requests/authorise.ts';
import { replayDeletion } from './deletion/requests/replay-deletion.ts';
import { type ApiPorts, api, callerOf, expectNoBody, videoOf } from './http/api.ts';
import { accepted } from './http/deletion-view.ts';

type ReplayPorts = Parameters<typeof replayDeletion>[0] & Parameters<typeof findDeletion>[0] & ApiPorts;

/** `POST /api/v1/videos/{videoId}/deletion/replay`: an admin starts a failed deletion again. */
export const replayDeletionHandler = (connect: () => ReplayPorts) =>
  api(connect, async (ports, event) => {
    expectNoBody(event);
    const asked = { callerId: callerOf(event, ports), videoId: videoOf(event) };
    const { deletion: found, caller } = await findDeletion(ports, asked);
    if (!caller.isAdmin) throw new NotYours('Only an admin may replay a deletion');
    const deletion = await replayDeletion(ports, { videoId: asked.videoId, by: caller.id }, found);
    return accepted(deletion, caller, ports.clock());
  });

export const handler = replayDeletionHandler(
  onFirstUse(['state', 'log', 'callers', 'cleanupQueue', 'database'], (settings) => {
    const state = connectState(settings);
    return {
      ...state,
      ...connectCleanupQueue(settings),
      ...connectRows(settings, state),
      userIdClaim: settings.USER_ID_CLAIM,
    };
  }),
);
