import type { Caller } from '../deletion/ports.ts';
import { exceptionsOf } from '../deletion/record/exceptions.ts';
import { isEdgeDone } from '../deletion/record/gate.ts';
import { nextWorkAt } from '../deletion/record/schedule.ts';
import { isDone, STEP_NAMES, type Step, type StepName } from '../deletion/record/steps.ts';
import {
  firstRequestOf,
  isUndoableBy,
  knownOwnerOf,
  legalHoldOf,
  stateBehindHold,
  type Tombstone,
} from '../deletion/record/tombstone.ts';
import { isStopped } from '../deletion/requests/hold-video.ts';
import { secondsUntil } from '../deletion/rules.ts';
import type { Answer } from './api.ts';

type Viewer = Pick<Caller, 'isAdmin'>;

/** How long a client should wait before it asks again, in seconds. */
const POLL_SECONDS = { least: 1, most: 30 };

/**
 * A deletion as the API shows it. Only admins see its history, each failed attempt, and who has put it under a hold and
 * why.
 */
export function deletionView(deletion: Tombstone, viewer: Viewer, now: Date) {
  const summary = deletionSummary(deletion, viewer, now);
  if (!viewer.isAdmin) return summary;
  const { history, folded } = deletion;
  return { ...summary, steps: stepsOf(deletion), history, folded };
}

/**
 * A deletion in a list, without its history and its failed attempts: with those of a hundred deletions, an answer could
 * exceed Lambda's 6 MB.
 */
export function deletionSummary(deletion: Tombstone, { isAdmin }: Viewer, now: Date) {
  const { videoId, deletionId, state, hidden, attempts } = deletion;
  const self = deletionPath(videoId);
  const hasReceipts = deletion.receipts.length > 0;
  const exceptions = exceptionsOf(deletion);
  return {
    videoId,
    deletionId,
    state,
    ...requestOf(deletion),
    undoable: isUndoableBy(deletion, { isAdmin }, now),
    hidden,
    hiddenAt: deletion.hiddenAt,
    ...(isPlayable(deletion) && { playable: true }),
    deletedAt: deletion.deletedAt,
    steps: stepsOf(deletion).map(({ failed: _, ...step }) => step),
    attempts,
    ...(Object.keys(exceptions).length > 0 && { exceptions }),
    dueAt: nextWorkAt(deletion) ?? deletion.lease?.until,
    links: {
      self,
      ...(state === 'deleted' && { receipt: `${self}/receipt` }),
      ...(hasReceipts && { receipts: `${self}/receipts` }),
    },
    ...(isAdmin && forAdmins(deletion, now)),
  };
}

/** The gate had no room: until the work begins, copies at the edge can be played by whoever has their address. */
function isPlayable(deletion: Tombstone): boolean {
  return stateBehindHold(deletion) === 'pending' && deletion.edge?.ungatedAt !== undefined;
}

function stepsOf({ steps }: Tombstone): ({ name: StepName } & Step)[] {
  return STEP_NAMES.map((name) => ({ name, ...steps[name] }));
}

/** Nothing for a video that is held and that nobody has asked to delete. */
function requestOf(deletion: Tombstone) {
  const { requestedAt, undoableUntil } = deletion;
  return isUnasked(deletion) ? {} : { reason: firstRequestOf(deletion).reason, requestedAt, undoableUntil };
}

function isUnasked(deletion: Tombstone): boolean {
  return stateBehindHold(deletion) === 'none';
}

function forAdmins(deletion: Tombstone, now: Date) {
  const { held, late, interrupted, receipts } = deletion;
  return {
    ownerId: knownOwnerOf(deletion),
    ...(!isUnasked(deletion) && { requestedBy: firstRequestOf(deletion).by }),
    requests: isUnasked(deletion) ? [] : deletion.requests,
    hold: holdOf(deletion, now),
    heldFrom: held?.from,
    edge: edgeOf(deletion),
    late,
    interrupted,
    receipts: receipts.length,
  };
}

function holdOf(deletion: Tombstone, now: Date) {
  const hold = legalHoldOf(deletion);
  if (!hold) return undefined;
  const { code, caseNumber, by, at } = hold;
  return { code, caseNumber, by, at, stopped: isStopped(deletion, now) };
}

/** While files are left, the edge may fetch them again: an invalidation that has completed says nothing then. */
function edgeOf({ edge, edgeRequests, steps }: Tombstone) {
  if (!edge) return undefined;
  const { paths, invalidationId, completedAt, gatedAt, ungatedAt } = edge;
  const areGone = isEdgeDone({ edge, edgeRequests }) && isDone(steps.deleteObjects);
  return { paths, invalidationId, ...(areGone && { completedAt }), gatedAt, ungatedAt };
}

/** `202` while the deletion is not finished, with the address at which to ask. */
export function accepted(deletion: Tombstone, viewer: Viewer, now: Date): Answer {
  return {
    status: 202,
    headers: { location: deletionPath(deletion.videoId), 'retry-after': String(waitFor(deletion, now)) },
    body: deletionView(deletion, viewer, now),
  };
}

/**
 * After how many seconds there may be news. A worker gives way to a hold before its next batch,
 * most often within a second.
 */
function waitFor(deletion: Tombstone, now: Date): number {
  const { least, most } = POLL_SECONDS;
  if (deletion.state === 'held' && deletion.lease) return least;
  const at = nextWorkAt(deletion);
  return at ? Math.min(most, Math.max(least, Math.ceil(secondsUntil(at, now)))) : most;
}

function deletionPath(videoId: string): string {
  return `/api/v1/videos/${videoId}/deletion`;
}
