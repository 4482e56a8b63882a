import { type ApiPorts, api, callerOf, expectNoBody, videoOf } from './api.ts';
import { connectPlatform, connectState, onFirstUse } from './connect.ts';
import { replayDeletion } from './deletion/replay-deletion.ts';
import { accepted } from './deletion-view.ts';
import type { Settings } from './settings.ts';

type ReplayPorts = Parameters<typeof replayDeletion>[0] & ApiPorts;

/** `POST /api/v1/videos/{videoId}/deletion/replay`: an admin starts a failed deletion again. */
export const replayDeletionHandler = (connect: () => ReplayPorts) =>
  api(connect, async (ports, event) => {
    expectNoBody(event);
    const asked = { callerId: callerOf(event, ports), videoId: videoOf(event) };
    const { deletion, caller } = await replayDeletion(ports, asked);
    return accepted(deletion, caller, ports.clock());
  });

export const handler = replayDeletionHandler(onFirstUse(connect));

function connect(settings: Settings): ReplayPorts {
  const state = connectState(settings);
  return { ...state, ...connectPlatform(settings, state), userIdClaim: settings.USER_ID_CLAIM };
}
