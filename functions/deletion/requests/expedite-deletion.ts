import type { Caller, Ports } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import type { Tombstone } from '../record/tombstone.ts';
import { enqueue } from '../work/enqueue.ts';
import { type Asked, findDeletion } from './authorise.ts';

/**
 * Ends the undo window of a deletion, so that its work begins at once. Who may undo it may also expedite it. Once the
 * window is over, nothing changes.
 * @throws {NotAllowedNow} to an owner while an admin's request stands, and where no deletion goes on {UnknownVideo}
 * {AccountDisabled} {StoreUnavailable}
 */
export async function expediteDeletion(
  ports: Pick<Ports, 'tombstones' | 'rows' | 'cleanupQueue'> & ChangePorts,
  asked: Asked,
): Promise<{ deletion: Tombstone; caller: Caller }> {
  const { deletion: known, caller } = await findDeletion(ports, asked);
  const { before, after } = await change(
    ports,
    asked.videoId,
    (current, now) => lifecycle.expedite(current, { by: caller.id, isAdmin: caller.isAdmin }, now),
    known,
  );
  if (after !== before) {
    ports.log.info('deletion expedited', { videoId: after.videoId, deletionId: after.deletionId });
    await enqueue(ports, after);
  }
  return { deletion: after, caller };
}
