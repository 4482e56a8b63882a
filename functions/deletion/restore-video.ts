import { change, revise } from './change.ts';
import { goneKeyOf } from './data-map.ts';
import { enqueue } from './enqueue.ts';
import type { Ports } from './ports.ts';
import { dueIn, NOT_DUE, RECHECK_SECONDS } from './rules.ts';
import { invalidateCopies } from './steps/hide.ts';
import type { Tombstone } from './tombstone.ts';

/**
 * Shows an undone video again: row, fence, cached lists. It is done twice, a minute apart, for a slow `hide` of the request may
 * still have been under way the first time. A deletion that has been asked for meanwhile is not touched.
 */
export async function restoreVideo(
  ports: Pick<Ports, 'tombstones' | 'rows' | 'cache' | 'cleanupQueue' | 'clock' | 'log' | 'rules'>,
  tombstone: Tombstone,
): Promise<void> {
  const { videoId, deletionId, requestedAt } = tombstone;
  await ports.rows.restore(videoId, new Date(requestedAt));
  await ports.cache?.lift(goneKeyOf(videoId));
  if (ports.cache) await invalidateCopies(ports.cache, tombstone);
  const next = await change(
    ports.tombstones,
    videoId,
    (current) => {
      if (current.deletionId !== deletionId || current.state !== 'cancelled' || !current.dueAt) return current;
      const isFirst = current.attempts === 0;
      const next = isFirst ? dueIn(ports.clock(), RECHECK_SECONDS, ports.rules) : NOT_DUE;
      return revise(current, { hidden: false, hiddenAt: undefined, attempts: current.attempts + 1, ...next });
    },
    tombstone,
  );
  if (next.deletionId === deletionId) await enqueue(ports, next);
}
