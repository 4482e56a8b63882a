import { type Asked, authenticate, authoriseAdmin } from './authorise.ts';
import { change, transition } from './change.ts';
import { enqueue } from './enqueue.ts';
import type { Caller, Ports } from './ports.ts';
import { dueIn, expiryOf, NOT_DUE, secondsUntil } from './rules.ts';
import type { HoldReason, Tombstone } from './tombstone.ts';
import type { VideoId } from './video-id.ts';

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
  let isHeld = false;
  const released = await change(ports.tombstones, videoId, (current) => {
    isHeld = current.state === 'held';
    return isHeld ? releasedBy(ports, current, { reason, by }) : current;
  });
  if (!isHeld) return released;
  ports.log.info('released', { videoId, deletionId: released.deletionId, code: reason.code });
  await enqueue(ports, released);
  return released;
}

function releasedBy(
  { clock, rules }: Pick<ReleasePorts, 'clock' | 'rules'>,
  current: Tombstone,
  { reason, by }: { reason: HoldReason; by: string },
): Tombstone {
  const at = clock();
  const { code, caseNumber } = reason;
  const next = transition(current, 'release', { at, by, detail: { code, caseNumber } }, { hold: undefined });
  switch (next.state) {
    case 'none':
      return { ...next, ...NOT_DUE, expiresAt: expiryOf(at, rules) };
    case 'failed':
      return { ...next, ...NOT_DUE };
    case 'cancelled':
      return { ...next, attempts: 0, expiresAt: expiryOf(at, rules), ...dueIn(at, 0, rules) };
    case 'pending':
      return { ...next, ...dueIn(at, secondsUntil(next.undoableUntil, at), rules) };
    default:
      return { ...next, ...goesOn(current, at, rules) };
  }
}

/**
 * A worker that has not given way yet goes on under its lease; if it has died, the next one comes when that has run out. Settling
 * begins anew: how much of it was over is not known.
 */
function goesOn({ leaseOwner, dueAt, heldFrom }: Tombstone, at: Date, rules: Ports['rules']) {
  if (leaseOwner && dueAt) return dueIn(at, secondsUntil(dueAt, at), rules);
  return dueIn(at, heldFrom === 'settling' ? rules.settleSeconds : 0, rules);
}
