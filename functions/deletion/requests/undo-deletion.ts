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
 * Undoes a deletion within its undo window and shows the video again. If a store is down, a worker shows it later. If
 * the owner has requested the deletion too, an admin only withdraws the admins' requests, and it stays pending.
 * @throws {NotAllowedNow} after the window, and to an owner while an admin's request stands {UnknownVideo}
 * {AccountDisabled} {StoreUnavailable}
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
      return lifecycle.undo(current, { by: caller.id, isAdmin: caller.isAdmin }, now);
    },
    deletion,
  );
  const said = isUndone(undone) ? 'deletion undone' : 'request withdrawn';
  ports.log.info(said, { videoId: undone.videoId, deletionId: undone.deletionId });
  if (undone.state !== 'cancelled') return { deletion: undone, caller };
  try {
    await restoreVideo(ports, undone);
  } catch (error) {
    ports.log.warn('not restored yet', { videoId: undone.videoId, code: reasonOf(error) });
    await enqueue(ports, undone);
  }
  return { deletion: (await ports.tombstones.find(asked.videoId)) ?? undone, caller };
}
