import {
  GATE_MARGIN_SECONDS,
  GATE_PATIENCE_SECONDS,
  plus,
  RECHECK_SECONDS,
  type Rules,
  secondsUntil,
} from '../rules.ts';
import { isAskedFor, stateBehindHold, type Tombstone } from './tombstone.ts';

/** True while the edge refuses the video. */
export function isClosed({ edge }: Pick<Tombstone, 'edge'>): boolean {
  return edge?.gatedAt !== undefined && edge.openedAt === undefined;
}

/** True when an invalidation for the last request has completed. */
export function isEdgeDone({ edge, edgeRequests }: Pick<Tombstone, 'edge' | 'edgeRequests'>): boolean {
  return edge?.completedAt !== undefined && edge.request === edgeRequests;
}

/** True while the edge has to refuse the video: its deletion was requested, and the edge may still have copies. */
export function wantsClosed(tombstone: Tombstone, rules: Rules, now: Date): boolean {
  const { edge } = tombstone;
  if (stateBehindHold(tombstone) === 'deleted')
    return edge?.gatedAt !== undefined && now < opensAt(edge.gatedAt, rules);
  return isAskedFor(tombstone);
}

/**
 * True for an undone deletion whose gate may be closed without a record of that. The function that closed it may have
 * crashed before its write, or may have been slow. So the gate is opened once more after everything that was running at
 * the time of the undo has ended.
 */
export function awaitsOpening({ state, edge, history }: Tombstone, { gate }: Rules): boolean {
  if (!gate || state !== 'cancelled') return false;
  const undoneAt = new Date(history.at(-1)?.at ?? 0);
  return edge?.openedAt === undefined || edge.openedAt < plus(undoneAt, RECHECK_SECONDS).toISOString();
}

/** When the last copy from before the gate closed expires. Undefined unless the deletion has to wait for that. */
export function copiesEndAt({ edge }: Pick<Tombstone, 'edge'>, { gate }: Rules): Date | undefined {
  if (!gate || gate.invalidates || edge?.gatedAt === undefined) return undefined;
  return plus(new Date(edge.gatedAt), gate.ttlSeconds);
}

/**
 * True while a pending deletion has to wait for its gate, which closes within seconds of the request. If the gate does
 * not close, the deletion begins without it, but deletes no objects.
 */
export function awaitsGate(tombstone: Tombstone, { gate }: Rules, now: Date): boolean {
  const { state, dueAt, history } = tombstone;
  if (!gate || state !== 'pending' || !dueAt || isClosed(tombstone)) return false;
  // A release may come long after the undo window.
  const since = [dueAt, history.at(-1)?.at ?? dueAt].sort().at(-1) as string;
  return now < plus(new Date(since), GATE_PATIENCE_SECONDS);
}

/** When the gate of a deleted video has to be opened. Undefined when it is not closed. */
export function gateEndsAt(tombstone: Tombstone, rules: Rules, now: Date): string | undefined {
  const { edge } = tombstone;
  if (!rules.gate || !isClosed(tombstone) || edge?.gatedAt === undefined) return undefined;
  const seconds = secondsUntil(opensAt(edge.gatedAt, rules).toISOString(), now);
  return plus(now, Math.max(GATE_MARGIN_SECONDS, seconds)).toISOString();
}

function opensAt(gatedAt: string, { gate }: Rules): Date {
  return plus(new Date(gatedAt), (gate?.ttlSeconds ?? 0) + GATE_MARGIN_SECONDS);
}
