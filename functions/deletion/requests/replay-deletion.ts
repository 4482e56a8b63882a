import { NotAllowedNow, NotYours } from '../errors.ts';
import type { Caller, Ports } from '../ports.ts';
import { change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import type { Tombstone } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';
import { enqueue } from '../work/enqueue.ts';
import { type Asked, findDeletion } from './authorise.ts';

type ReplayPorts = Pick<Ports, 'tombstones' | 'cleanupQueue' | 'clock' | 'log' | 'rules'>;

/**
 * Lets an admin start a failed deletion again, with all its attempts. What is done stays done.
 * @throws {NotYours} for owners {NotAllowedNow} unless it has failed {UnknownVideo} {AccountDisabled} {StoreUnavailable}
 */
export async function replayDeletion(
  ports: ReplayPorts & Pick<Ports, 'rows'>,
  asked: Asked,
): Promise<{ deletion: Tombstone; caller: Caller }> {
  const { caller, deletion } = await findDeletion(ports, asked);
  if (!caller.isAdmin) throw new NotYours('Only an admin may replay a deletion');
  return { deletion: await replay(ports, { videoId: asked.videoId, by: asked.callerId }, deletion), caller };
}

/**
 * Starts a failed deletion again. @param by who: an admin's id or `operator`
 * @throws {NotAllowedNow} unless it has failed, and under a hold {UnknownVideo}
 */
export async function replay(
  ports: ReplayPorts,
  { videoId, by }: { videoId: VideoId; by: string },
  known?: Tombstone,
): Promise<Tombstone> {
  return await replayAs(ports, { videoId, by }, { known, isAllowed: ({ state }) => state === 'failed' });
}

/**
 * The same for a message that was moved back from the dead-letter queue. It does not come again, so that under a hold it is
 * remembered: the release leads on from there. @throws {NotAllowedNow} unless it has failed
 */
export async function replayRedriven(ports: ReplayPorts, { videoId }: Pick<Tombstone, 'videoId'>): Promise<Tombstone> {
  return await replayAs(ports, { videoId, by: 'redrive' }, { isAllowed: () => true });
}

async function replayAs(
  ports: ReplayPorts,
  { videoId, by }: { videoId: VideoId; by: string },
  { known, isAllowed }: { known?: Tombstone | undefined; isAllowed: (current: Tombstone) => boolean },
): Promise<Tombstone> {
  const { after: replayed } = await change(
    ports.tombstones,
    videoId,
    (current) => {
      if (!isAllowed(current)) throw new NotAllowedNow(`A deletion that is ${current.state} does not allow replay`);
      return lifecycle.replay(current, { at: ports.clock(), by }, ports.rules);
    },
    known,
  );
  await enqueue(ports, replayed);
  ports.log.info('deletion replayed', { videoId, deletionId: replayed.deletionId });
  return replayed;
}
