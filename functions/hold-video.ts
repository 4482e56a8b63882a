import * as z from 'zod/mini';
import { connectCleanupQueue, connectState, onFirstUse } from './connect/connect.ts';
import { connectRows } from './connect/connect-rows.ts';
import { CASE_NUMBER, HOLD_CODES, type HoldReason, isOpen } from './deletion/record/tombstone.ts';
import { type Asked, authenticateAdmin } from './deletion/requests/authorise.ts';
import { holdVideo, isStopped } from './deletion/requests/hold-video.ts';
import { releaseVideo } from './deletion/requests/release-video.ts';
import { type Answer, type ApiPorts, api, bodyOf, callerOf, videoOf } from './http/api.ts';
import { accepted, deletionView } from './http/deletion-view.ts';

type HoldPorts = Parameters<typeof holdVideo>[0] &
  Parameters<typeof releaseVideo>[0] &
  Parameters<typeof authenticateAdmin>[0] &
  ApiPorts;
type AskedWithReason = Asked & { reason: HoldReason };

const REASON = z.strictObject({
  code: z.enum(HOLD_CODES),
  caseNumber: z.string().check(z.regex(CASE_NUMBER)),
});

const REASON_EXPECTED = {
  code: `one of ${HOLD_CODES.join(', ')}`,
  caseNumber:
    'a number like 2026-CV-1187: 1 to 64 letters, digits, dots, underscores, slashes or hyphens, a digit among them',
};

/**
 * `PUT` and `DELETE /api/v1/videos/{videoId}/hold`: an admin puts a video under a legal hold, or releases it. Both need
 * a reason.
 */
export const holdVideoHandler = (connect: () => HoldPorts) =>
  api(connect, async (ports, event) => {
    const asked = { callerId: callerOf(event, ports), videoId: videoOf(event) };
    const withReason = { ...asked, reason: bodyOf(event, REASON, REASON_EXPECTED) };
    return event.routeKey.startsWith('PUT ') ? await hold(ports, withReason) : await release(ports, withReason);
  });

export const handler = holdVideoHandler(
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

/** `202` while the last worker may still be deleting something, `200` once it has given way. */
async function hold(ports: HoldPorts, { reason, ...asked }: AskedWithReason): Promise<Answer> {
  const { caller, video } = await authenticateAdmin(ports, asked);
  const deletion = await holdVideo(ports, { videoId: asked.videoId, reason, by: caller.id, video });
  const now = ports.clock();
  return isStopped(deletion, now)
    ? { status: 200, body: deletionView(deletion, caller, now) }
    : accepted(deletion, caller, now);
}

/** `202` if the deletion goes on, `200` if there is none, or none that does. */
async function release(ports: HoldPorts, { reason, ...asked }: AskedWithReason): Promise<Answer> {
  const { caller } = await authenticateAdmin(ports, asked);
  const deletion = await releaseVideo(ports, { videoId: asked.videoId, reason, by: caller.id });
  const now = ports.clock();
  return isOpen(deletion.state)
    ? accepted(deletion, caller, now)
    : { status: 200, body: deletionView(deletion, caller, now) };
}
