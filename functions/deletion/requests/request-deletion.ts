import { NotAllowedNow } from '../errors.ts';
import type { Caller, Ports, VideoRow } from '../ports.ts';
import { newTombstone, type Request } from '../record/new-tombstone.ts';
import { isToBeHidden, type Tombstone } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';
import { enqueue, enqueueGate } from '../work/enqueue.ts';
import { hideNow } from '../work/hide-now.ts';
import { type Asked, authenticate, authoriseByRow, authoriseByTombstone } from './authorise.ts';
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
  const request: Request = {
    videoId,
    video,
    deletionId: ports.newId(),
    requestedBy: caller.id,
    reason: caller.id === video.ownerId ? 'owner' : 'admin',
    at: ports.clock(),
  };
  const MAX_RACES = 10;
  let standing: Tombstone | undefined;
  for (let race = 0; race < MAX_RACES; race++) {
    const deletion = newTombstone(request, ports.rules, standing);
    if (await ports.tombstones.write(standing, deletion)) return { deletion, isNew: true };
    standing = await ports.tombstones.find(videoId);
    if (standing && !isReplaceable(standing)) return { deletion: standing, isNew: false };
  }
  throw new Error(`A tombstone was written by others ${MAX_RACES} times in a row`);
}

/** Undone deletions, and videos that are held though nobody has asked to delete them. */
function isReplaceable({ state, heldFrom }: Tombstone): boolean {
  const from = state === 'held' ? heldFrom : state;
  return from === 'cancelled' || from === 'none';
}

/** Both at once. A message that was sent for a video that could not be hidden is followed by one that is not delayed. */
async function hideAndEnqueue(ports: RequestPorts, deletion: Tombstone): Promise<Tombstone> {
  ports.metrics.record('DeletionsRequested', 1);
  const [hidden] = await Promise.all([
    hideNow(ports, deletion),
    enqueueGate(ports, deletion),
    enqueue(ports, deletion),
  ]);
  if (!hidden.hidden) await enqueue(ports, { ...deletion, dueAt: ports.clock().toISOString() });
  ports.log.info('deletion requested', {
    videoId: deletion.videoId,
    deletionId: deletion.deletionId,
    reason: deletion.reason,
    hidden: hidden.hidden,
  });
  return hidden;
}
