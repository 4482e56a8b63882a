import type { Ports, VideoRow } from '../ports.ts';
import { change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { targetOf } from '../record/new-tombstone.ts';
import type { Target, Tombstone } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';
import { enqueue, enqueueGate } from '../work/enqueue.ts';

/**
 * Deletes a deleted video again that is back in a store, as after a restored backup. At once: its undo window is long over. The
 * history and the receipts go on, and the new receipt says that it is one of a re-deletion.
 * @param by who: a user's id or `operator`
 * @throws {NotAllowedNow} unless it is deleted {UnknownVideo} {StoreUnavailable}
 */
export async function reapplyDeletion(
  ports: Pick<Ports, 'tombstones' | 'rows' | 'cleanupQueue' | 'edgeQueue' | 'clock' | 'log' | 'rules'>,
  { videoId, by }: { videoId: VideoId; by: string },
  known: Tombstone,
): Promise<Tombstone> {
  const { video } = await ports.rows.find(known.ownerId, videoId);
  const { after: again } = await change(
    ports.tombstones,
    videoId,
    (current) => {
      const target = targetAgain(ports, current, video);
      return lifecycle.reapply(current, { at: ports.clock(), by, target }, ports.rules);
    },
    known,
  );
  ports.log.warn('deleted video deleted again', { videoId, deletionId: again.deletionId });
  await Promise.all([enqueueGate(ports, again), enqueue(ports, again)]);
  return again;
}

/** What the row that is back names, and what the tombstone had kept from the first time. */
function targetAgain({ rules }: Pick<Ports, 'rules'>, { videoId, target }: Tombstone, video?: VideoRow): Target {
  if (!video) return target;
  const named = targetOf({ videoId, video }, rules);
  return {
    ...named,
    strayKeys: [...new Set([...target.strayKeys, ...named.strayKeys])].sort(),
    runs: [...new Set([...target.runs, ...named.runs])],
  };
}
