import { type Asked, findDeletion } from './authorise.ts';
import { change, transition } from './change.ts';
import { enqueue } from './enqueue.ts';
import { NotYours } from './errors.ts';
import type { Caller, Ports } from './ports.ts';
import { dueIn } from './rules.ts';
import type { Tombstone } from './tombstone.ts';
import type { VideoId } from './video-id.ts';

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
  return { deletion: await replay(ports, { videoId: asked.videoId, by: asked.callerId }, deletion), caller };
}

/**
 * Starts a failed deletion again. @param by who: an admin's id, `redrive` or `operator`
 * @throws {NotAllowedNow} unless it has failed {UnknownVideo}
 */
export async function replay(
  ports: Pick<Ports, 'tombstones' | 'cleanupQueue' | 'clock' | 'log' | 'rules'>,
  { videoId, by }: { videoId: VideoId; by: string },
  known?: Tombstone,
): Promise<Tombstone> {
  const replayed = await change(
    ports.tombstones,
    videoId,
    (current) => {
      const at = ports.clock();
      const changes = { attempts: 0, progressed: false, leaseOwner: undefined, ...dueIn(at, 0, ports.rules) };
      return transition(current, 'replay', { at, by }, changes);
    },
    known,
  );
  await enqueue(ports, replayed);
  ports.log.info('deletion replayed', { videoId, deletionId: replayed.deletionId });
  return replayed;
}
