import { reasonOf } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { recordSuccess } from '../record/step-record.ts';
import { isOpen, isToBeHidden, type Tombstone } from '../record/tombstone.ts';
import { hide } from './steps/hide.ts';

/**
 * Hides the video while no worker has it, inside the undo window above all, and says so on the tombstone. A store that is down is logged: the
 * tombstone stays `hidden: false`, and whoever looks next hides first thing.
 */
export async function hideNow(
  ports: Pick<Ports, 'tombstones' | 'rows' | 'cache' | 'clock' | 'log' | 'metrics'>,
  tombstone: Tombstone,
): Promise<Tombstone> {
  const { videoId, deletionId } = tombstone;
  const startedAt = ports.clock();
  try {
    const result = await hide(ports, tombstone);
    const times = { builtOn: true, startedAt, finishedAt: ports.clock() };
    const { after: next } = await change(
      ports.tombstones,
      videoId,
      (current) =>
        current.deletionId === deletionId && isToBeHidden(current)
          ? lifecycle.hidden(recordSuccess(current, 'hide', result, times))
          : current,
      tombstone,
    );
    ports.metrics.record('StepTime', times.finishedAt.getTime() - startedAt.getTime(), 'hide');
    // A worker was first and has yet to write down that it is hidden: the caller learns what is so already.
    const isTaken = next.deletionId === deletionId && isOpen(next.state) && !next.hidden;
    return isTaken ? { ...next, ...result.changes } : next;
  } catch (error) {
    ports.metrics.record('StepFailures', 1, 'hide');
    ports.log.warn('not hidden yet', { videoId, deletionId, code: reasonOf(error) });
    return tombstone;
  }
}
