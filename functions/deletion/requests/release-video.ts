import type { Caller, Ports } from '../ports.ts';
import { change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import type { HoldReason, Tombstone } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';
import { enqueue } from '../work/enqueue.ts';
import { type Asked, authenticate, authoriseAdmin } from './authorise.ts';

type ReleasePorts = Pick<Ports, 'tombstones' | 'rows' | 'cleanupQueue' | 'clock' | 'log' | 'rules'>;

/**
 * Ends a hold: the deletion goes on where it stood, or is undone if that was asked for in time. A deletion that waits for a lock
 * in the store looks again at once. Without a hold, nothing happens.
 * @throws {NotYours} for anybody but admins {UnknownVideo} {AccountDisabled} {StoreUnavailable}
 */
export async function releaseVideo(
  ports: ReleasePorts,
  { reason, ...asked }: Asked & { reason: HoldReason },
): Promise<{ deletion: Tombstone; caller: Caller }> {
  const { caller, video } = await authenticate(ports, asked);
  await authoriseAdmin(ports, { caller, video, videoId: asked.videoId });
  return { deletion: await release(ports, { videoId: asked.videoId, reason, by: caller.id }), caller };
}

/** The same for an operator, who needs no account. @throws {UnknownVideo} */
export async function release(
  ports: Omit<ReleasePorts, 'rows'>,
  { videoId, reason, by }: { videoId: VideoId; reason: HoldReason; by: string },
): Promise<Tombstone> {
  const { before, after } = await change(ports.tombstones, videoId, (current) =>
    current.state === 'held' ? lifecycle.release(current, { at: ports.clock(), by, reason }, ports.rules) : current,
  );
  if (after === before) return after;
  ports.log.info('released', { videoId, deletionId: after.deletionId, code: reason.code });
  await enqueue(ports, after);
  return after;
}
