import type { Counts } from '../counts.ts';
import { type Exceptions, exceptionsOf } from './exceptions.ts';
import { GENESIS, headOf } from './history.ts';
import { STEP_NAMES, type StepName } from './steps.ts';
import { firstRequestOf, type Reason, type Request, type Tombstone } from './tombstone.ts';

/**
 * What a receipt states: ids, counts and times only. Times are ISO 8601 in UTC. `iat` is in seconds since 1970 (RFC
 * 7519).
 */
export type Receipt = {
  jti: string;
  iat: number;
  /** The video's id. */
  sub: string;
  deletionId: string;
  /** The video's owner when the deletion began. Absent in receipts of earlier versions, like `requests`. */
  ownerId?: string;
  /** The first of those who asked, and why. `requests`: all whose requests stood at the end. */
  requests?: Pick<Request, 'by' | 'reason' | 'at'>[];
  requestedBy: string;
  reason: Reason;
  requestedAt: string;
  /** The last re-deletion of a video that had come back, for example from a restored backup. */
  reapplied?: { at: string; by: string };
  hiddenAt?: string;
  /** When every store was first empty, before the settle delay. Absent when its history entry was folded away. */
  emptiedAt?: string;
  /** When every store was empty again, after the settle delay. */
  deletedAt: string;
  /**
   * What was deleted, by step and kind, over all attempts. Kinds without any may be left out. Rows in `reports` were
   * resolved, not deleted.
   */
  counts: Partial<Record<StepName, Counts>>;
  /** Stores that are not part of the environment, so nobody searched them. */
  notPartOf: StepName[];
  /**
   * What happened to the copies at the edge: they were invalidated, or the gate refused them from `gatedAt` until they
   * expired.
   */
  edge?: { paths: number; requestedAt?: string; invalidationId?: string; completedAt?: string; gatedAt?: string };
  /** What was written after every store had been empty once, and was then deleted. */
  late: Counts;
  exceptions: Exceptions;
  /** The hash of the last entry before this receipt, and the number of entries up to it. */
  history: { head: string; length: number };
};

/** The content of a receipt for a tombstone that is about to become `deleted`. */
export function receiptOf(tombstone: Tombstone, { id, at }: { id: string; at: Date }): Receipt {
  const { videoId, deletionId, ownerId, requests, requestedAt, hiddenAt, steps, edge, late } = tombstone;
  const { by: requestedBy, reason } = firstRequestOf(tombstone);
  const ran = STEP_NAMES.filter((name) => name !== 'verify' && steps[name].state !== 'skipped');
  return {
    jti: id,
    iat: Math.floor(at.getTime() / 1000),
    sub: videoId,
    deletionId,
    ownerId,
    requestedBy,
    reason,
    requests: requests.map(({ by, reason: why, at: askedAt }) => ({ by, reason: why, at: askedAt })),
    requestedAt,
    ...reappliedIn(tombstone),
    ...(hiddenAt && { hiddenAt }),
    ...emptiedIn(tombstone),
    deletedAt: at.toISOString(),
    counts: Object.fromEntries(ran.map((name) => [name, steps[name].counts])),
    notPartOf: STEP_NAMES.filter((name) => steps[name].state === 'skipped'),
    ...(edge && { edge: edgeOf(edge) }),
    late,
    exceptions: exceptionsOf(tombstone),
    history: chainOf(tombstone),
  };
}

function reappliedIn({ history }: Tombstone): Pick<Receipt, 'reapplied'> {
  const again = history.findLast(({ from }) => from === 'deleted');
  return again ? { reapplied: { at: again.at, by: again.by } } : {};
}

/** The last time that the deletion began to settle. For a re-deletion, that is its own time. */
function emptiedIn({ history }: Tombstone): Pick<Receipt, 'emptiedAt'> {
  const emptied = history.findLast(({ from, to }) => from === 'running' && to === 'settling');
  return emptied ? { emptiedAt: emptied.at } : {};
}

function edgeOf(edge: NonNullable<Tombstone['edge']>): NonNullable<Receipt['edge']> {
  const { paths, requestedAt, invalidationId, completedAt, gatedAt } = edge;
  return {
    paths,
    ...(invalidationId && { requestedAt, invalidationId }),
    ...(completedAt && { completedAt }),
    ...(gatedAt && { gatedAt }),
  };
}

function chainOf({ history, folded }: Tombstone): Receipt['history'] {
  return { head: headOf(history, folded?.hash ?? GENESIS), length: history.length + (folded?.count ?? 0) };
}
