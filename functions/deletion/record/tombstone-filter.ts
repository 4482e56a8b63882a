import { isOpen, openSince, type State, type Tombstone } from './tombstone.ts';

/** Which tombstones are meant. Absent members exclude nothing. */
export type TombstoneFilter = {
  ownerId?: string;
  states?: readonly State[];
  /** `waiting`: its work may not begin yet. `open`: it may have begun, and is not over. */
  phase?: 'waiting' | 'open';
  /** Open at least since this time: with the service level taken off the present time, those that are overdue. */
  openBefore?: string;
  /** Requested at this time or later. */
  since?: string;
  /** Requested before this time. */
  until?: string;
};

/** States of deletions that are not over. They can be found without reading those that are. */
const STANDING: readonly State[] = ['pending', 'running', 'settling', 'failed', 'held'];

/** True where the filter asks only for deletions that are not over. */
export function asksForStanding({ phase, openBefore, states }: TombstoneFilter): boolean {
  return phase !== undefined || openBefore !== undefined || (states?.every((one) => STANDING.includes(one)) ?? false);
}

/**
 * By which time tombstones are listed, the latest first. Usually that is the time of the request. Where only deletions
 * that are not over are asked for: since when each is open or waits (`openSince`).
 */
export function placeOf(tombstone: Tombstone, filter: TombstoneFilter): string {
  const isByRequest = filter.ownerId !== undefined || !asksForStanding(filter) || !isOpen(tombstone.state);
  return isByRequest ? tombstone.requestedAt : openSince(tombstone);
}

export function matches(tombstone: Tombstone, filter: TombstoneFilter, at: Date): boolean {
  const { ownerId, states, since = '', until, openBefore } = filter;
  const { requestedAt, state } = tombstone;
  return (
    (ownerId === undefined || tombstone.ownerId === ownerId) &&
    (states === undefined || states.includes(state)) &&
    requestedAt >= since &&
    (until === undefined || requestedAt < until) &&
    isInPhase(tombstone, filter, at) &&
    (openBefore === undefined || (isOpen(state) && openSince(tombstone) <= openBefore))
  );
}

function isInPhase(tombstone: Tombstone, { phase }: TombstoneFilter, at: Date): boolean {
  if (phase === undefined) return true;
  const { state } = tombstone;
  const waits = state === 'pending' && openSince(tombstone) > at.toISOString();
  return phase === 'waiting' ? waits : isOpen(state) && !waits;
}
