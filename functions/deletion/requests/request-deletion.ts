import { targetOf } from '../data-map/target.ts';
import { NotAllowedNow } from '../errors.ts';
import type { Caller, Ports, VideoRow } from '../ports.ts';
import { create } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { firstRequestOf, isToBeHidden, isUndone, stateBehindHold, type Tombstone } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';
import { enqueue, enqueueGate, enqueueIn } from '../work/enqueue.ts';
import { hideNow } from '../work/hide-now.ts';
import { type Asked, authenticate, authoriseByRow, authoriseByTombstone } from './authorise.ts';
import { isPublic } from './is-public.ts';
import { reapplyDeletion } from './reapply-deletion.ts';

/** A video and somebody who may delete it. */
export type Allowed = { videoId: VideoId; caller: Caller; video: VideoRow };

export type RequestPorts = Omit<Ports, 'objects' | 'runs' | 'edge' | 'signer' | 'events' | 'deadLetters' | 'stats'>;

/**
 * Accepts a deletion. The tombstone is the one commit: before it nothing has happened, after it the deletion will, whatever
 * crashes next. Asking again gives the same deletion; an undone one is replaced.
 * @throws {AccountDisabled} {NotYours} {UnknownVideo} {StoreUnavailable} before anything was changed
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

/** Accepts what the caller may delete, for certain, and hides it. */
export async function acceptDeletion(ports: RequestPorts, allowed: Allowed): Promise<Tombstone> {
  const { deletion, isNew } = await accept(ports, allowed);
  if (isNew) return await hideAndEnqueue(ports, deletion);
  if (deletion.state === 'deleted') return await deleteAgain(ports, deletion, allowed);
  return isToBeHidden(deletion) ? await hideNow(ports, deletion) : deletion;
}

/** The row was there a moment ago. If it still is, a restored backup brought the video back. */
async function deleteAgain(ports: RequestPorts, deleted: Tombstone, { videoId, caller }: Allowed): Promise<Tombstone> {
  const { video } = await ports.rows.find(caller.id, videoId);
  if (!video) return deleted;
  try {
    return await hideNow(ports, await reapplyDeletion(ports, { videoId, by: caller.id }, deleted));
  } catch (error) {
    if (!(error instanceof NotAllowedNow)) throw error;
    // Somebody else asked for it a moment ago.
    return (await ports.tombstones.find(videoId)) ?? deleted;
  }
}

/** Writes the tombstone, or finds the one that stands already. */
async function accept(
  ports: RequestPorts,
  { videoId, caller, video }: Allowed,
): Promise<{ deletion: Tombstone; isNew: boolean }> {
  const { ownerId } = video;
  const asked = {
    videoId,
    deletionId: ports.newId(),
    ownerId,
    by: caller.id,
    reason: caller.id === ownerId ? 'owner' : 'admin',
    wasPublic: isPublic(video),
    target: targetOf({ videoId, video }, ports.rules),
  } as const;
  const { before, after } = await create(ports, videoId, (standing, now) =>
    standing && !isReplaceable(standing) ? standing : lifecycle.request(asked, now, standing),
  );
  return { deletion: after, isNew: after !== before };
}

/** Undone deletions, and videos that are held though nobody has asked to delete them. */
function isReplaceable(standing: Tombstone): boolean {
  return isUndone(standing) || stateBehindHold(standing) === 'none';
}

/** Both at once. If the video could not be hidden, a second message follows without a delay. */
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
