import { targetOf } from '../data-map/target.ts';
import { NotAllowedNow, UnknownVideo } from '../errors.ts';
import type { Ports, VideoRow } from '../ports.ts';
import { type ChangePorts, change, create } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { type HoldReason, legalHoldOf, type Tombstone } from '../record/tombstone.ts';
import { plus, WORKER_SECONDS } from '../rules.ts';
import type { VideoId } from '../video-id.ts';
import { isPublic } from './is-public.ts';

type HoldPorts = Pick<Ports, 'tombstones' | 'newId'> & ChangePorts;

/**
 * Sets a legal hold: until it is released, nothing of the video is deleted. A video can be held before any deletion is
 * requested. A hold comes before every other command. Holding again replaces the reason.
 * @param by an admin's id, or `operator`
 * @param video the row, if there is one; required when there is no tombstone
 * @returns the deletion; `isStopped` of it says whether the last worker has stopped
 * @throws {NotAllowedNow} once it is deleted {UnknownVideo}
 */
export async function holdVideo(
  ports: HoldPorts,
  { videoId, reason, by, video }: { videoId: VideoId; reason: HoldReason; by: string; video?: VideoRow | undefined },
): Promise<Tombstone> {
  const { log, metrics } = ports;
  await ensureTombstone(ports, { videoId, by, video });
  const { before, after } = await change(ports, videoId, (current, now) => {
    if (current.state === 'deleted') throw new NotAllowedNow('A deletion that is deleted does not allow hold');
    return isFor(current, reason) ? current : lifecycle.hold(current, { by, reason }, now);
  });
  if (!legalHoldOf(before)) metrics.record('DeletionsHeld', 1);
  if (after !== before) log.warn('held', { videoId, deletionId: after.deletionId, code: reason.code });
  return after;
}

/**
 * True when no worker can still be deleting: the last worker has released its lease, or Lambda has stopped it by now.
 * An expired lease alone proves nothing, because the worker may be in the middle of one long call.
 */
export function isStopped({ lease }: Pick<Tombstone, 'lease'>, now: Date): boolean {
  return lease === undefined || plus(new Date(lease.until), WORKER_SECONDS) <= now;
}

function isFor(tombstone: Tombstone, { code, caseNumber }: HoldReason): boolean {
  const standing = legalHoldOf(tombstone);
  return standing?.code === code && standing.caseNumber === caseNumber;
}

/** A video that nobody has asked to delete gets a tombstone in state `none`. That hides and fences nothing. */
async function ensureTombstone(
  ports: HoldPorts,
  { videoId, by, video }: { videoId: VideoId; by: string; video?: VideoRow | undefined },
): Promise<void> {
  if (await ports.tombstones.find(videoId)) return;
  if (!video) throw new UnknownVideo('There is no such video');
  const asked = { videoId, deletionId: ports.newId(), ownerId: video.ownerId, wasPublic: isPublic(video), by } as const;
  const target = targetOf({ videoId, video }, ports.rules);
  // If another caller was first, the tombstone that it wrote is used.
  await create(
    ports,
    videoId,
    (current, now) => current ?? lifecycle.unasked({ ...asked, reason: 'admin', target }, now),
  );
}
