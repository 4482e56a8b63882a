import { targetOf } from '../data-map/target.ts';
import { NotAllowedNow } from '../errors.ts';
import type { Caller, Ports, VideoRow } from '../ports.ts';
import { create } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import {
  firstRequestOf,
  isAskedFor,
  isOfOrphan,
  isToBeHidden,
  isUndone,
  stateBehindHold,
  type Tombstone,
} from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';
import { enqueue, enqueueGate, enqueueIn } from '../work/enqueue.ts';
import { hideNow } from '../work/hide-now.ts';
import { type Asked, authenticate, authoriseByRow, authoriseByTombstone } from './authorise.ts';
import { isPublic } from './is-public.ts';
import { reapplyDeletion } from './reapply-deletion.ts';
import { replayDeletion } from './replay-deletion.ts';

/** A video, and a caller who may delete it. */
export type Allowed = { videoId: VideoId; caller: Caller; video: VideoRow };

export type RequestPorts = Omit<
  Ports,
  'objects' | 'runs' | 'edge' | 'signer' | 'receiptIssuer' | 'events' | 'deadLetters' | 'stats'
>;

/**
 * Accepts a deletion. Writing the tombstone is the only commit: before it nothing has happened, and after it the
 * deletion will be done, even if this function crashes. Asking again returns the same deletion, and another caller's
 * request joins it. An undone one is replaced.
 * @throws {AccountDisabled} {NotYours} {UnknownVideo} {StoreUnavailable} before anything is changed
 */
export async function requestDeletion(
  ports: RequestPorts,
  asked: Asked,
): Promise<{ deletion: Tombstone; caller: Caller }> {
  const { caller, video } = await authenticate(ports, asked);
  if (!video) return { caller, deletion: authoriseByTombstone(caller, await ports.tombstones.find(asked.videoId)) };
  authoriseByRow(caller, video);
  return { caller, deletion: await acceptDeletion(ports, { videoId: asked.videoId, caller, video }) };
}

/** Accepts the deletion of a video that the caller may delete, and hides the video. */
export async function acceptDeletion(ports: RequestPorts, allowed: Allowed): Promise<Tombstone> {
  const { deletion, isNew, isClaimed } = await accept(ports, allowed);
  if (isNew) return await hideAndEnqueue(ports, deletion);
  if (deletion.state === 'deleted') return await deleteAgain(ports, deletion, allowed);
  if (deletion.state === 'failed' && isClaimed) return await hideNow(ports, await goOn(ports, deletion, allowed));
  return isToBeHidden(deletion) ? await hideNow(ports, deletion) : deletion;
}

/** The caller's check has just found a row. If the row is still there, a restored backup has brought the video back. */
async function deleteAgain(ports: RequestPorts, deleted: Tombstone, { videoId, caller }: Allowed): Promise<Tombstone> {
  const { video } = await ports.rows.find(caller.id, videoId);
  if (!video) return deleted;
  try {
    return await hideNow(
      ports,
      await reapplyDeletion(ports, { videoId, by: caller.id, reason: reasonOf(caller, video) }, deleted),
    );
  } catch (error) {
    if (!(error instanceof NotAllowedNow)) throw error;
    // Another caller has just requested the same.
    return (await ports.tombstones.find(videoId)) ?? deleted;
  }
}

/** What failed because it was taken for an orphan has everything that it lacked. */
async function goOn(ports: RequestPorts, failed: Tombstone, { videoId, caller }: Allowed): Promise<Tombstone> {
  try {
    return await replayDeletion(ports, { videoId, by: caller.id }, failed);
  } catch (error) {
    if (!(error instanceof NotAllowedNow)) throw error;
    return (await ports.tombstones.find(videoId)) ?? failed;
  }
}

function reasonOf(caller: Caller, { ownerId }: Pick<VideoRow, 'ownerId'>): 'owner' | 'admin' {
  return caller.id === ownerId ? 'owner' : 'admin';
}

/** Writes the tombstone, or joins the existing one. `isClaimed`: it was the deletion of an orphan. */
async function accept(
  ports: RequestPorts,
  { videoId, caller, video }: Allowed,
): Promise<{ deletion: Tombstone; isNew: boolean; isClaimed: boolean }> {
  const { ownerId } = video;
  const asked = {
    videoId,
    deletionId: ports.newId(),
    ownerId,
    by: caller.id,
    reason: reasonOf(caller, video),
    wasPublic: isPublic(video),
    target: targetOf({ videoId, video }, ports.rules),
  } as const;
  const { before, after } = await create(ports, videoId, (standing, now) => {
    if (!standing || isReplaceable(standing)) return lifecycle.request(asked, now, standing);
    return isAskedFor(standing) ? lifecycle.join(standing, { ...asked, row: asked }, now) : standing;
  });
  const isNew = before?.deletionId !== after.deletionId;
  // The message that is on its way comes at the end of the window that there was before.
  if (!isNew && before?.dueAt !== after.dueAt) await enqueue(ports, after);
  return {
    deletion: after,
    isNew,
    isClaimed: !isNew && before !== undefined && isOfOrphan(before) && !isOfOrphan(after),
  };
}

/** A new request replaces undone deletions, and holds of videos that nobody has asked to delete. */
function isReplaceable(standing: Tombstone): boolean {
  return isUndone(standing) || stateBehindHold(standing) === 'none';
}

/**
 * Hides the video and sends the messages at the same time. If hiding fails, another message without a delay makes a
 * worker hide the video.
 */
async function hideAndEnqueue(ports: RequestPorts, deletion: Tombstone): Promise<Tombstone> {
  ports.metrics.record('DeletionsRequested', 1);
  const [hidden] = await Promise.all([
    hideNow(ports, deletion),
    enqueueGate(ports, deletion),
    enqueue(ports, deletion),
  ]);
  if (!hidden.hidden) await enqueueIn(ports, deletion, 0);
  ports.log.info('deletion requested', {
    videoId: deletion.videoId,
    deletionId: deletion.deletionId,
    reason: firstRequestOf(deletion).reason,
    hidden: hidden.hidden,
  });
  return hidden;
}
