import { bothTargets, ownFoldersOf, targetOf } from '../data-map/target.ts';
import type { Ports, VideoRow } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { isAskedFor, type Reason, type Target, type Tombstone } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';
import { enqueue, enqueueGate, enqueueIn } from '../work/enqueue.ts';

/**
 * Deletes a deleted video again that has come back to a store, for example from a restored backup. Work begins at once,
 * because the undo window ended long ago. The history and the receipts stay. The new receipt says that it is for a
 * re-deletion.
 * @param by a user's id, or `operator`
 * @param reason why this user asks; absent for an operator
 * @throws {NotAllowedNow} unless it is deleted, and for an orphan that has a row now unless a user asks
 * @throws {UnknownVideo} {StoreUnavailable}
 */
export async function reapplyDeletion(
  ports: Pick<Ports, 'tombstones' | 'rows' | 'cleanupQueue' | 'edgeQueue'> & ChangePorts,
  { videoId, by, reason }: { videoId: VideoId; by: string; reason?: Reason },
  known: Tombstone,
): Promise<Tombstone> {
  const { video } = await ports.rows.find(known.ownerId, videoId);
  const { after: again } = await change(
    ports,
    videoId,
    (current, now) =>
      lifecycle.reapply(
        current,
        { by, target: targetAgain(ports, current, video), ...whoseOf(video, by, reason) },
        now,
      ),
    known,
  );
  ports.log.warn('deleted video deleted again', { videoId, deletionId: again.deletionId });
  await Promise.all([enqueueGate(ports, again), enqueue(ports, again)]);
  return again;
}

/**
 * Hides a video again that a restored backup has made visible while its deletion was waiting or going on. A worker does
 * it at once. Nothing else changes, and an undo restores what the restored row says.
 */
export async function hideAgain(
  ports: Pick<Ports, 'tombstones' | 'cleanupQueue'> & ChangePorts,
  { videoId, deletionId }: Tombstone,
): Promise<Tombstone> {
  const { before, after } = await change(ports, videoId, (current, now) =>
    current.deletionId === deletionId && isAskedFor(current) && current.hidden
      ? lifecycle.hideAgain(current, now)
      : current,
  );
  if (after === before) return after;
  ports.log.warn('video hidden again', { videoId, deletionId });
  await enqueueIn(ports, after, 0);
  return after;
}

function whoseOf(video: VideoRow | undefined, by: string, reason: Reason | undefined) {
  return { ...(video && { ownerId: video.ownerId }), ...(reason && { asked: { by, reason } }) };
}

/** The target from the restored row, plus the keys and runs that the tombstone kept from the first deletion. */
function targetAgain({ rules }: Pick<Ports, 'rules'>, { videoId, target }: Tombstone, video?: VideoRow): Target {
  // A backup may restore originals whose names are no longer on the tombstone.
  const folders = ownFoldersOf(videoId, rules.bucket?.originalsPrefixes);
  const { notFound: _, ...rest } = target;
  if (!video) return { ...rest, folders };
  return { ...bothTargets(target, targetOf({ videoId, video }, rules)), folders };
}
