import { NotAllowedNow, reasonOf } from '../errors.ts';
import type { Caller, Ports } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { isUndone, type Tombstone } from '../record/tombstone.ts';
import { enqueue } from '../work/enqueue.ts';
import { restoreVideo } from '../work/restore-video.ts';
import { type Asked, findDeletion } from './authorise.ts';

type UndoPorts = Pick<Ports, 'tombstones' | 'rows' | 'cache' | 'cleanupQueue' | 'edgeQueue'> & ChangePorts;

/**
 * Undoes a deletion within its undo window and shows the video again. If a store is down, a worker shows it later.
 * @throws {NotAllowedNow} after the window {UnknownVideo} {AccountDisabled} {StoreUnavailable}
 */
export async function undoDeletion(ports: UndoPorts, asked: Asked): Promise<{ deletion: Tombstone; caller: Caller }> {
  const { deletion, caller } = await findDeletion(ports, asked);
  if (isUndone(deletion)) return { deletion, caller };
  const { after: undone } = await change(
    ports,
    asked.videoId,
    (current, now) => {
      if (current.deletionId !== deletion.deletionId) throw new NotAllowedNow('Another deletion has replaced this one');
      if (isUndone(current)) return current;
      // Whoever may undo may undo every request: there is only one so far.
      return lifecycle.undo(current, { by: caller.id, isAdmin: true }, now);
    },
    deletion,
  );
  ports.log.info('deletion undone', { videoId: undone.videoId, deletionId: undone.deletionId });
  if (undone.state !== 'cancelled') return { deletion: undone, caller };
  try {
    await restoreVideo(ports, undone);
  } catch (error) {
    ports.log.warn('not restored yet', { videoId: undone.videoId, code: reasonOf(error) });
    await enqueue(ports, undone);
  }
  return { deletion: (await ports.tombstones.find(asked.videoId)) ?? undone, caller };
}
