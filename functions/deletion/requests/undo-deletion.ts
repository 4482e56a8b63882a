import { NotAllowedNow, reasonOf } from '../errors.ts';
import type { Caller, Ports } from '../ports.ts';
import { change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import type { Tombstone } from '../record/tombstone.ts';
import { enqueue } from '../work/enqueue.ts';
import { restoreVideo } from '../work/restore-video.ts';
import { type Asked, findDeletion } from './authorise.ts';

type UndoPorts = Pick<
  Ports,
  'tombstones' | 'rows' | 'cache' | 'cleanupQueue' | 'edgeQueue' | 'clock' | 'log' | 'rules'
>;

/**
 * Takes a deletion back inside its undo window and shows the video again. If a store is down, the worker shows it later.
 * @throws {NotAllowedNow} after the window {UnknownVideo} {AccountDisabled} {StoreUnavailable}
 */
export async function undoDeletion(ports: UndoPorts, asked: Asked): Promise<{ deletion: Tombstone; caller: Caller }> {
  const { deletion, caller } = await findDeletion(ports, asked);
  if (isUndone(deletion)) return { deletion, caller };
  const { after: undone } = await change(
    ports.tombstones,
    asked.videoId,
    (current) => cancel(ports, current, deletion, asked),
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

function isUndone({ state, heldFrom }: Tombstone): boolean {
  return state === 'cancelled' || (state === 'held' && heldFrom === 'cancelled');
}

function cancel({ clock, rules }: UndoPorts, current: Tombstone, asked: Tombstone, { callerId }: Asked): Tombstone {
  if (isUndone(current) && current.deletionId === asked.deletionId) return current;
  const at = clock();
  const isOver = at.toISOString() >= current.undoableUntil;
  if (isOver || current.deletionId !== asked.deletionId)
    throw new NotAllowedNow('The time to undo this deletion is over');
  return lifecycle.undo(current, { at, by: callerId }, rules);
}
