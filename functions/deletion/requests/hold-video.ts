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
 * A legal hold: from now on nothing of the video is deleted until it is released. It may stand before any deletion is requested,
 * and beats every other command. Holding again replaces the reason.
 * @param by an admin's id, or `operator`
 * @param video the row, if there is one: without a tombstone it is needed
 * @returns the deletion; `isStopped` of it tells whether the last worker has given way
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
 * True when no worker can be deleting anything any more: the last one gave its lease back, or has been stopped by now. That its
 * lease is over proves nothing: it may be in the middle of one long call.
 */
export function isStopped({ lease }: Pick<Tombstone, 'lease'>, now: Date): boolean {
  return lease === undefined || plus(new Date(lease.until), WORKER_SECONDS) <= now;
}

function isFor(tombstone: Tombstone, { code, caseNumber }: HoldReason): boolean {
  const standing = legalHoldOf(tombstone);
  return standing?.code === code && standing.caseNumber === caseNumber;
}

/** A video that nobody has asked to delete gets a tombstone in state `none`, which hides and fences nothing. */
async function ensureTombstone(
  ports: HoldPorts,
  { videoId, by, video }: { videoId: VideoId; by: string; video?: VideoRow | undefined },
): Promise<void> {
  if (await ports.tombstones.find(videoId)) return;
  if (!video) throw new UnknownVideo('There is no such video');
  const asked = { videoId, deletionId: ports.newId(), ownerId: video.ownerId, wasPublic: isPublic(video), by } as const;
  const target = targetOf({ videoId, video }, ports.rules);
  // Another caller may have been first: then there is one all the same.
  await create(
    ports,
    videoId,
    (current, now) => current ?? lifecycle.unasked({ ...asked, reason: 'admin', target }, now),
  );
}
