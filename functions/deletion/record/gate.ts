import {
  GATE_MARGIN_SECONDS,
  GATE_PATIENCE_SECONDS,
  NOT_DUE,
  plus,
  RECHECK_SECONDS,
  type Rules,
  secondsUntil,
} from '../rules.ts';
import { isAskedFor, type Tombstone } from './tombstone.ts';

/** True while the edge refuses the video. */
export function isClosed({ edge }: Pick<Tombstone, 'edge'>): boolean {
  return edge?.gatedAt !== undefined && edge.openedAt === undefined;
}

/** True while nobody may see the video: its deletion was asked for and not undone, and copies may still be about. */
export function wantsClosed(tombstone: Tombstone, rules: Rules, now: Date): boolean {
  const { state, edge } = tombstone;
  if (state === 'deleted') return edge?.gatedAt !== undefined && now < opensAt(edge.gatedAt, rules);
  return isAskedFor(tombstone);
}

/**
 * True for an undone deletion whose gate may be closed though nothing says so: whoever closed it died before it was written
 * down, or was slow. It is opened once more when all that was under way at the undo must be over.
 */
export function awaitsOpening({ state, edge, history }: Tombstone, { gate }: Rules): boolean {
  if (!gate || state !== 'cancelled') return false;
  const undoneAt = new Date(history.at(-1)?.at ?? 0);
  return edge?.openedAt === undefined || edge.openedAt < plus(undoneAt, RECHECK_SECONDS).toISOString();
}

/** When the last copy from before the gate closed has ended; undefined unless the deletion has to wait for that. */
export function copiesEndAt({ edge }: Pick<Tombstone, 'edge'>, { gate }: Rules): Date | undefined {
  if (!gate || gate.invalidates || edge?.gatedAt === undefined) return undefined;
  return plus(new Date(edge.gatedAt), gate.ttlSeconds);
}

/** True for a deletion that may begin as soon as its gate is closed, which has been asked for and takes seconds. */
export function awaitsGate(tombstone: Tombstone, { gate }: Rules, now: Date): boolean {
  const { state, dueAt } = tombstone;
  if (!gate || state !== 'pending' || !dueAt || isClosed(tombstone)) return false;
  return now < plus(new Date(dueAt), GATE_PATIENCE_SECONDS);
}

/** When somebody has to look after a deletion that is done: at the end of its gate, if it has one. */
export function dueAfterEnd(tombstone: Tombstone, rules: Rules, now: Date): Pick<Tombstone, 'dueAt' | 'sweepAt'> {
  const { edge } = tombstone;
  if (!isClosed(tombstone) || edge?.gatedAt === undefined) return NOT_DUE;
  const seconds = Math.max(GATE_MARGIN_SECONDS, secondsUntil(opensAt(edge.gatedAt, rules).toISOString(), now));
  return {
    dueAt: plus(now, seconds).toISOString(),
    sweepAt: plus(now, seconds + rules.sweepAfterSeconds).toISOString(),
  };
}

function opensAt(gatedAt: string, { gate }: Rules): Date {
  return plus(new Date(gatedAt), (gate?.ttlSeconds ?? 0) + GATE_MARGIN_SECONDS);
}
