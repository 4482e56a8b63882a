import { change, revise } from './change.ts';
import { reasonOf } from './errors.ts';
import type { Ports } from './ports.ts';
import { NOT_DUE } from './rules.ts';
import { recordSuccess } from './step-record.ts';
import { hide } from './steps/hide.ts';
import { isOpen, type Tombstone } from './tombstone.ts';

/**
 * Hides the video inside the undo window, without a lease, and says so on the tombstone. A store that is down is logged: the
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
    const next = await change(
      ports.tombstones,
      videoId,
      (current) =>
        current.deletionId === deletionId && isToBeHidden(current)
          ? revise(recordSuccess(current, 'hide', result, times), current.hold ? NOT_DUE : {})
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

/** Asked for and visible still. From `running` on, the worker that holds the lease hides. */
export function isToBeHidden({ state, heldFrom, hidden }: Pick<Tombstone, 'state' | 'heldFrom' | 'hidden'>): boolean {
  return !hidden && (state === 'held' ? heldFrom : state) === 'pending';
}
