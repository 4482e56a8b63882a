import { type Asked, findDeletion } from './authorise.ts';
import { change, transition } from './change.ts';
import { enqueue } from './enqueue.ts';
import { NotYours } from './errors.ts';
import type { Caller, Ports } from './ports.ts';
import { dueIn } from './rules.ts';
import type { Tombstone } from './tombstone.ts';

/**
 * Lets an admin start a failed deletion again, with all its attempts. What is done stays done.
 * @throws {NotYours} for owners {NotAllowedNow} unless it has failed {UnknownVideo} {AccountDisabled} {StoreUnavailable}
 */
export async function replayDeletion(
  ports: Pick<Ports, 'tombstones' | 'rows' | 'cleanupQueue' | 'clock' | 'log' | 'rules'>,
  asked: Asked,
): Promise<{ deletion: Tombstone; caller: Caller }> {
  const { caller, deletion } = await findDeletion(ports, asked);
  if (!caller.isAdmin) throw new NotYours('Only an admin may replay a deletion');
  const replayed = await change(
    ports.tombstones,
    asked.videoId,
    (current) => {
      const at = ports.clock();
      const changes = { attempts: 0, progressed: false, leaseOwner: undefined, ...dueIn(at, 0, ports.rules) };
      return transition(current, 'replay', { at, by: asked.callerId }, changes);
    },
    deletion,
  );
  await enqueue(ports, replayed);
  ports.log.info('deletion replayed', { videoId: replayed.videoId, deletionId: replayed.deletionId });
  return { deletion: replayed, caller };
}
