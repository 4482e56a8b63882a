import type { Counts } from '../counts.ts';
import { GENESIS, headOf } from './history.ts';
import { STEP_NAMES, type StepName } from './steps.ts';
import { firstRequestOf, type Reason, type Tombstone } from './tombstone.ts';

/**
 * What a receipt states. Ids, counts and times only; times are ISO 8601 in UTC, `iat` is in seconds since 1970 (RFC 7519).
 */
export type Receipt = {
  jti: string;
  iat: number;
  /** The video. */
  sub: string;
  deletionId: string;
  requestedBy: string;
  reason: Reason;
  requestedAt: string;
  /** Deleted once more after it had come back, as from a restored backup: when that was asked for, and by whom. */
  reapplied?: { at: string; by: string };
  hiddenAt?: string;
  /** When every store had confirmed, for the first time, that all is gone; absent when the entry that says so was folded away. */
  emptiedAt?: string;
  /** When every store was found empty again, after the settle delay. */
  deletedAt: string;
  /** What was removed, by step and kind, over all attempts. Kinds without any may be left out; `reports` were resolved and stay. */
  counts: Partial<Record<StepName, Counts>>;
  /** Stores that are not part of the environment: nothing was looked for there. */
  notPartOf: StepName[];
  /** How the copies at the edge were dealt with: invalidated, or refused from `gatedAt` on until they had ended. */
  edge?: { paths: number; requestedAt?: string; invalidationId?: string; completedAt?: string; gatedAt?: string };
  /** What was written after everything had been empty once, and was removed. */
  late: Counts;
  exceptions: Exceptions;
  /** The hash that the whole history up to this receipt leads to, and how many entries that is. */
  history: { head: string; length: number };
};

/** What a reader has to know before relying on the figures. */
export type Exceptions = {
  /** Keys that the row named and that were left, not being this video's beyond doubt; and the SHA-256 of their sorted list. */
  notOurs?: { count: number; sha256?: string };
  /** Workers that died: what they had removed last is in no count. */
  interruptedPasses?: number;
  /** How often each step failed before it was done: what was removed by a call whose answer was lost is in no count. */
  failures?: Partial<Record<StepName, number>>;
};

/** The content of a receipt for a tombstone that is about to become `deleted`. */
export function receiptOf(tombstone: Tombstone, { id, at }: { id: string; at: Date }): Receipt {
  const { videoId, deletionId, requestedAt, hiddenAt, steps, edge, late } = tombstone;
  const { by: requestedBy, reason } = firstRequestOf(tombstone);
  const ran = STEP_NAMES.filter((name) => name !== 'verify' && steps[name].state !== 'skipped');
  return {
    jti: id,
    iat: Math.floor(at.getTime() / 1000),
    sub: videoId,
    deletionId,
    requestedBy,
    reason,
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

/** The last time that the work led to the settling: of a re-deletion, its own. */
function emptiedIn({ history }: Tombstone): Pick<Receipt, 'emptiedAt'> {
  const emptied = history.findLast(({ from, to }) => from === 'running' && to === 'settling');
  return emptied ? { emptiedAt: emptied.at } : {};
}

function edgeOf(edge: NonNullable<Tombstone['edge']>): Receipt['edge'] {
  const { paths, requestedAt, invalidationId, completedAt, gatedAt } = edge;
  return {
    paths: paths.length,
    ...(invalidationId && { requestedAt, invalidationId }),
    ...(completedAt && { completedAt }),
    ...(gatedAt && { gatedAt }),
  };
}

function exceptionsOf({ target: { notOurs }, interrupted, steps }: Tombstone): Exceptions {
  const failures = STEP_NAMES.flatMap((name) => (steps[name].failures ? [[name, steps[name].failures]] : []));
  return {
    ...(notOurs.count > 0 && { notOurs }),
    ...(interrupted > 0 && { interruptedPasses: interrupted }),
    ...(failures.length > 0 && { failures: Object.fromEntries(failures) }),
  };
}

function chainOf({ history, folded }: Tombstone): Receipt['history'] {
  return { head: headOf(history, folded?.hash ?? GENESIS), length: history.length + (folded?.count ?? 0) };
}
