import { UnknownVideo } from '../errors.ts';
import type { Caller, Ports, VideoRow } from '../ports.ts';
import { change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { targetOf } from '../record/new-tombstone.ts';
import type { HoldReason, LegalHold, Tombstone } from '../record/tombstone.ts';
import { expiryOf, plus, WORKER_SECONDS } from '../rules.ts';
import type { VideoId } from '../video-id.ts';
import { type Asked, authenticate, authoriseAdmin } from './authorise.ts';

type HoldPorts = Pick<Ports, 'tombstones' | 'rows' | 'clock' | 'newId' | 'log' | 'metrics' | 'rules'>;

/**
 * A legal hold: from now on nothing of the video is removed until it is released. It may stand before any deletion is asked
 * for, and beats every other command. Holding again replaces the reason.
 * @returns the deletion; `isStopped` of it tells whether the last worker has given way
 * @throws {NotYours} for anybody but admins {NotAllowedNow} once it is deleted {UnknownVideo} {AccountDisabled} {StoreUnavailable}
 */
export async function holdVideo(
  ports: HoldPorts,
  { reason, ...asked }: Asked & { reason: HoldReason },
): Promise<{ deletion: Tombstone; caller: Caller }> {
  const { caller, video } = await authenticate(ports, asked);
  await authoriseAdmin(ports, { caller, video, videoId: asked.videoId });
  return { deletion: await hold(ports, { videoId: asked.videoId, reason, by: caller.id, video }), caller };
}

/** The same for an operator, who needs no account. @param video the row, if there is one: without a tombstone it is needed */
export async function hold(
  ports: Omit<HoldPorts, 'rows'>,
  { videoId, reason, by, video }: { videoId: VideoId; reason: HoldReason; by: string; video?: VideoRow | undefined },
): Promise<Tombstone> {
  const { clock, log, metrics } = ports;
  await ensureTombstone(ports, { videoId, by, video });
  const standing: LegalHold = { ...reason, by, at: clock().toISOString() };
  const isSame = ({ hold }: Tombstone) => hold?.code === reason.code && hold.caseNumber === reason.caseNumber;
  const { before, after } = await change(ports.tombstones, videoId, (current) =>
    isSame(current) ? current : lifecycle.hold(current, standing, ports.rules),
  );
  if (!before.hold) metrics.record('DeletionsHeld', 1);
  if (after !== before) log.warn('held', { videoId, deletionId: after.deletionId, code: reason.code });
  return after;
}

/**
 * True when no worker can be removing anything any more: the last one gave its lease back, or has been stopped by now. That its
 * lease has run out proves nothing: it may be in the middle of one long call.
 */
export function isStopped({ leaseOwner, dueAt }: Pick<Tombstone, 'leaseOwner' | 'dueAt'>, now: Date): boolean {
  return leaseOwner === undefined || dueAt === undefined || plus(new Date(dueAt), WORKER_SECONDS) <= now;
}

/** A video that nobody has asked to delete gets a tombstone in state `none`, which hides and fences nothing. */
async function ensureTombstone(
  { tombstones, clock, newId, rules }: Omit<HoldPorts, 'rows'>,
  { videoId, by, video }: { videoId: VideoId; by: string; video?: VideoRow | undefined },
): Promise<void> {
  if (await tombstones.find(videoId)) return;
  if (!video) throw new UnknownVideo('There is no such video');
  const at = clock();
  const asked = { videoId, deletionId: newId(), ownerId: video.ownerId, requestedBy: by, reason: 'admin', at } as const;
  const none = lifecycle.unasked({ ...asked, target: targetOf({ videoId, video }, rules) }, rules);
  // Refused when another was first: then there is one all the same.
  await tombstones.write(undefined, {
    ...none,
    undoableUntil: none.requestedAt,
    expiresAt: expiryOf(at, rules),
    revision: none.revision + 1,
  });
}
