import { NotAllowedNow } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import type { Tombstone } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';
import { enqueue } from '../work/enqueue.ts';

export type ReplayPorts = Pick<Ports, 'tombstones' | 'cleanupQueue'> & ChangePorts;

/**
 * What to replay. `underHold` allows a replay under a hold, which takes effect after the release. A redriven message
 * needs that, because the queue does not deliver it a second time.
 */
type Replay = { videoId: VideoId; by: string; underHold?: boolean };

/**
 * Starts a failed deletion again with all its attempts. Completed steps stay completed.
 * @param by an admin's id, `operator`, or `redrive` for a message that was moved back from the dead-letter queue
 * @throws {NotAllowedNow} unless it has failed {UnknownVideo}
 */
export async function replayDeletion(
  ports: ReplayPorts,
  { videoId, by, underHold = false }: Replay,
  known?: Tombstone,
): Promise<Tombstone> {
  const { after } = await change(
    ports,
    videoId,
    (current, now) => {
      const isAllowed = underHold || current.state === 'failed';
      if (!isAllowed) throw new NotAllowedNow(`A deletion that is ${current.state} does not allow replay`);
      return lifecycle.replay(current, { by }, now);
    },
    known,
  );
  await enqueue(ports, after);
  ports.log.info('deletion replayed', { videoId, deletionId: after.deletionId });
  return after;
}
