import { goneKeyOf } from '../data-map/data-map.ts';
import type { Ports } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import { awaitsOpening } from '../record/gate.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { earlierRequests, isAskedFor, type Tombstone } from '../record/tombstone.ts';
import { FENCE_SECONDS } from '../rules.ts';
import { enqueue, enqueueEdge } from './enqueue.ts';
import { invalidateCopies } from './steps/hide.ts';

/**
 * Shows an undone video again: row, fence, cached lists, gate. This happens at least twice, a minute apart, because a
 * slow `hide` of the request may still have been running the first time. It repeats until the gate is open. If another
 * deletion was requested meanwhile, that one stays as it is. This call may have deleted the new deletion's fence, so
 * the fence is set again.
 */
export async function restoreVideo(
  ports: Pick<Ports, 'tombstones' | 'rows' | 'cache' | 'cleanupQueue' | 'edgeQueue'> & ChangePorts,
  tombstone: Tombstone,
): Promise<void> {
  const { videoId, deletionId, requestedAt } = tombstone;
  await ports.rows.restore(videoId, new Date(requestedAt), earlierRequests(tombstone));
  await ports.cache?.lift(goneKeyOf(videoId));
  if (ports.cache) await invalidateCopies(ports.cache, tombstone);
  // Pages that were cached while the video was hidden do not contain it, and no list names them.
  await ports.cache?.ageFeeds();
  const { after: next } = await change(
    ports,
    videoId,
    (current, now) => {
      if (current.deletionId !== deletionId || current.state !== 'cancelled' || !current.dueAt) return current;
      return lifecycle.restored(current, now);
    },
    tombstone,
  );
  if (next.deletionId !== deletionId) {
    if (isAskedFor(next)) await ports.cache?.fence(goneKeyOf(videoId), next.deletionId, FENCE_SECONDS);
    return;
  }
  if (awaitsOpening(next, ports.rules)) await enqueueEdge(ports, next);
  await enqueue(ports, next);
}
