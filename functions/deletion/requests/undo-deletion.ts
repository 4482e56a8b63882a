import { NotAllowedNow, reasonOf, VideoGone } from '../errors.ts';
import type { Caller, Ports } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { isUndone, type Tombstone } from '../record/tombstone.ts';
import { enqueue } from '../work/enqueue.ts';
import { restoreVideo } from '../work/restore-video.ts';
import { type Asked, findDeletion } from './authorise.ts';

export type UndoPorts = Pick<Ports, 'tombstones' | 'rows' | 'cache' | 'cleanupQueue' | 'edgeQueue'> & ChangePorts;

/** `arrivedAt`: when the request arrived at the API. It decides whether the window was still open. */
export type AskedToUndo = Asked & { arrivedAt?: Date | undefined };

type Undone = { deletion: Tombstone; caller: Caller };

/**
 * Undoes a deletion within its undo window and shows the video again. If a store is down, a worker shows it later. If
 * the owner has requested the deletion too, an admin only withdraws the admins' requests, and it stays pending.
 * @throws {NotAllowedNow} after the window, and to an owner while an admin's request stands {VideoGone}
 * {UnknownVideo} {AccountDisabled} {StoreUnavailable}
 */
export async function undoDeletion(ports: UndoPorts, asked: AskedToUndo): Promise<Undone> {
  return await showAgain(ports, await cancelDeletion(ports, asked));
}

/** The undo without its effects: one conditional write. @throws as `undoDeletion` */
export async function cancelDeletion(
  ports: UndoPorts,
  { arrivedAt, ...asked }: AskedToUndo,
): Promise<Undone & { isNew: boolean }> {
  const { deletion, caller, hasRow } = await findDeletion(ports, asked);
  if (isUndone(deletion)) return { deletion, caller, isNew: false };
  const { after } = await change(
    ports,
    asked.videoId,
    (current, now) => {
      if (current.deletionId !== deletion.deletionId) throw new NotAllowedNow('Another deletion has replaced this one');
      if (isUndone(current)) return current;
      const undone = lifecycle.undo(current, { by: caller.id, isAdmin: caller.isAdmin, arrivedAt }, now);
      if (!hasRow) throw new VideoGone('The video is no longer in the database, so it cannot be shown again');
      return undone;
    },
    deletion,
  );
  const said = isUndone(after) ? 'deletion undone' : 'request withdrawn';
  ports.log.info(said, { videoId: after.videoId, deletionId: after.deletionId });
  return { deletion: after, caller, isNew: after.state === 'cancelled' };
}

/** The effects of an undo. If a store is down, a worker shows the video later. */
export async function showAgain(
  ports: UndoPorts,
  { deletion, caller, isNew }: Undone & { isNew: boolean },
): Promise<Undone> {
  if (!isNew) return { deletion, caller };
  try {
    await restoreVideo(ports, deletion);
  } catch (error) {
    ports.log.warn('not restored yet', { videoId: deletion.videoId, code: reasonOf(error) });
    await enqueue(ports, deletion);
  }
  return { deletion: (await ports.tombstones.find(deletion.videoId)) ?? deletion, caller };
}
