import type { Answer } from './api.ts';
import type { Caller } from './deletion/ports.ts';
import { secondsUntil } from './deletion/rules.ts';
import { STEP_NAMES, type Tombstone } from './deletion/tombstone.ts';

/** How often at most a client should ask again, in seconds. */
const POLL_SECONDS = { least: 1, most: 30 };

/** A deletion as the API shows it. Who owns the video and who asked is for admins. */
export function deletionView(deletion: Tombstone, { isAdmin }: Pick<Caller, 'isAdmin'>) {
  const { videoId, deletionId, state, reason, requestedAt, undoableUntil, hidden, attempts } = deletion;
  const self = deletionPath(videoId);
  return {
    videoId,
    deletionId,
    state,
    reason,
    requestedAt,
    undoableUntil,
    hidden,
    hiddenAt: deletion.hiddenAt,
    deletedAt: deletion.deletedAt,
    steps: STEP_NAMES.map((name) => ({ name, ...deletion.steps[name] })),
    attempts,
    dueAt: deletion.dueAt,
    links: { self, ...(state === 'deleted' && { receipt: `${self}/receipt` }) },
    ...(isAdmin && { ownerId: deletion.ownerId, requestedBy: deletion.requestedBy }),
  };
}

/** `202` while there is something left to do, and where to look. */
export function accepted(deletion: Tombstone, caller: Pick<Caller, 'isAdmin'>, now: Date): Answer {
  const wait = deletion.dueAt ? Math.ceil(secondsUntil(deletion.dueAt, now)) : POLL_SECONDS.most;
  const retryAfter = Math.min(POLL_SECONDS.most, Math.max(POLL_SECONDS.least, wait));
  return {
    status: 202,
    headers: { location: deletionPath(deletion.videoId), 'retry-after': String(retryAfter) },
    body: deletionView(deletion, caller),
  };
}

function deletionPath(videoId: string): string {
  return `/api/v1/videos/${videoId}/deletion`;
}
