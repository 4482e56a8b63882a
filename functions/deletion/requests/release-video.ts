import type { Ports } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import type { HoldReason, Tombstone } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';
import { enqueue } from '../work/enqueue.ts';

/**
 * Ends a hold. The deletion continues in the state before the hold, or is undone if that was requested in time. A
 * deletion that waits for a lock in the store is checked again at once. Without a hold, nothing happens.
 * @param by an admin's id, or `operator`
 * @throws {UnknownVideo}
 */
export async function releaseVideo(
  ports: Pick<Ports, 'tombstones' | 'cleanupQueue'> & ChangePorts,
  { videoId, reason, by }: { videoId: VideoId; reason: HoldReason; by: string },
): Promise<Tombstone> {
  const { before, after } = await change(ports, videoId, (current, now) =>
    current.state === 'held' ? lifecycle.release(current, { by, reason }, now) : current,
  );
  if (after === before) return after;
  ports.log.info('released', { videoId, deletionId: after.deletionId, code: reason.code });
  await enqueue(ports, after);
  return after;
}
