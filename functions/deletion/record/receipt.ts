import type { Counts } from '../counts.ts';
import { GENESIS, headOf } from './history.ts';
import { STEP_NAMES, type StepName } from './steps.ts';
import { firstRequestOf, type Reason, type Request, type Target, type Tombstone } from './tombstone.ts';

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

/** What a reader has to know before relying on the counts. */
export type Exceptions = {
  /**
   * Keys that the row named but that are not beyond doubt this video's. They were not deleted. `sha256` is of their
   * sorted list.
   */
  notOurs?: { count: number; sha256?: string };
  /** Workers that crashed. What they deleted last may be missing from the counts. */
  interruptedPasses?: number;
  /**
   * How often each step failed before it was done. If the answer of a call was lost, what that call deleted is in no
   * count.
   */
  failures?: Partial<Record<StepName, number>>;
  /**
   * Storage held nothing of a video that was ready. `unknown`: a worker crashed or an earlier receipt stands, so it may
   * have held something before.
   */
  nothingFound?: true | 'unknown';
  /**
   * How many values of the row named keys of ours that were found nowhere, in any reading. Left out where a worker
   * died: it may have found and deleted what nobody found afterwards.
   */
  notFound?: number;
  /** Steps that may have deleted more than `counts` says: a worker died in them, or an answer was lost. */
  atLeast?: StepName[];
  /** How many keys stay because they are another video's, too: it names them, or they hold its id. */
  kept?: number;
  /** How many runs were left alone because they are another video's, too. */
  sharedRuns?: number;
  /** Kinds of objects that the store cannot list, and runs that are too many: nobody can say whether any are left. */
  notListed?: string[];
};

/** True when something could not be shown, and not only could not be counted. */
export function lacksEvidence({ nothingFound, notFound, notListed }: Exceptions): boolean {
  return nothingFound === true || notFound !== undefined || notListed !== undefined;
}

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

/** What the deletion could not show or count, so far or at its end. */
export function exceptionsOf(tombstone: Tombstone): Exceptions {
  const { target, interrupted, steps } = tombstone;
  // Of too many runs, the last check looks only at those that the tombstone names: the rows of the others are gone.
  const notListed = [...(tombstone.notListed ?? []), ...(target.manyRuns ? ['runs'] : [])];
  const { notOurs, notFound = target.sought?.length ?? 0 } = target;
  const atLeast = STEP_NAMES.filter((name) => steps[name].atLeast);
  const failures = STEP_NAMES.flatMap((name) => (steps[name].failures ? [[name, steps[name].failures]] : []));
  return {
    ...(notOurs.count > 0 && { notOurs }),
    ...(interrupted > 0 && { interruptedPasses: interrupted }),
    ...(failures.length > 0 && { failures: Object.fromEntries(failures) }),
    ...(atLeast.length > 0 && { atLeast }),
    ...nothingFoundIn(tombstone),
    ...(notFound > 0 && interrupted === 0 && { notFound }),
    ...(target.kept && { kept: target.kept }),
    ...sharedRunsIn(target),
    ...(notListed.length > 0 && { notListed }),
  };
}

function sharedRunsIn({ sharedRuns, runsLeft = sharedRuns?.length }: Target): Pick<Exceptions, 'sharedRuns'> {
  return runsLeft ? { sharedRuns: runsLeft } : {};
}

/** An upload is no evidence of a video: it may have been begun and given up. */
const EVIDENCE = ['objects', 'versions', 'deleteMarkers', 'files'] as const;

function nothingFoundIn({ target, steps, interrupted, receipts }: Tombstone): Pick<Exceptions, 'nothingFound'> {
  const { state, counts } = steps.deleteObjects;
  if (!target.wasReady || state !== 'done' || EVIDENCE.some((kind) => (counts[kind] ?? 0) > 0)) return {};
  return { nothingFound: interrupted > 0 || receipts.length > 0 ? 'unknown' : true };
}

function chainOf({ history, folded }: Tombstone): Receipt['history'] {
  return { head: headOf(history, folded?.hash ?? GENESIS), length: history.length + (folded?.count ?? 0) };
}
