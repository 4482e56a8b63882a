import { reasonOf } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { recordSuccess, withChanges } from '../record/step-record.ts';
import { isOpen, isToBeHidden, type Tombstone } from '../record/tombstone.ts';
import { hide } from './steps/hide.ts';

/**
 * Hides the video while no worker has the lease, mostly within the undo window, and records it. If a store is down,
 * that is logged. The tombstone stays `hidden: false`, and the next worker hides the video before anything else.
 */
export async function hideNow(
  ports: Pick<Ports, 'tombstones' | 'rows' | 'cache'> & ChangePorts,
  tombstone: Tombstone,
): Promise<Tombstone> {
  const { videoId, deletionId } = tombstone;
  const startedAt = ports.clock();
  try {
    const result = await hide(ports, tombstone);
    const times = { builtOn: true, startedAt, finishedAt: ports.clock() };
    const { after: next } = await change(
      ports,
      videoId,
      (current, now) =>
        current.deletionId === deletionId && isToBeHidden(current)
          ? lifecycle.hidden(recordSuccess(current, 'hide', result, times), now)
          : current,
      tombstone,
    );
    ports.metrics.record('StepTime', times.finishedAt.getTime() - startedAt.getTime(), 'hide');
    // A worker was first, but has not recorded yet that the video is hidden. The caller needs to know it now.
    const isTaken = next.deletionId === deletionId && isOpen(next.state) && !next.hidden;
    return isTaken ? withChanges(next, result.changes) : next;
  } catch (error) {
    ports.metrics.record('StepFailures', 1, 'hide');
    ports.log.warn('not hidden yet', { videoId, deletionId, code: reasonOf(error) });
    return tombstone;
  }
}
