import type { Counts } from '../counts.ts';
import { DATA_MAP, resolvedTables } from '../data-map/data-map.ts';
import { type Exceptions, exceptionsOf } from './exceptions.ts';
import { canonicalJson, GENESIS, headOf, sha256 } from './history.ts';
import { STEP_NAMES, type StepName } from './steps.ts';
import { firstRequestOf, knownOwnerOf, type Reason, type Request, type Tombstone } from './tombstone.ts';

/** The system that issues receipts. Identifiers only, never credentials. */
export type ReceiptIssuer = {
  /** Who answers for the receipt, such as the platform's address. */
  iss: string;
  /** The environment, such as `prod`. */
  environment: string;
  /** The release of this software. */
  software: string;
  /** Which store each step works on: a bucket, a database, a distribution. */
  places: Partial<Record<StepName, string>>;
};

/**
 * What a receipt states: ids, counts and times only. Times are ISO 8601 in UTC. `iat` is in seconds since 1970 (RFC
 * 7519).
 */
export type Receipt = {
  jti: string;
  iat: number;
  /** Who issued it, from where, and with which software. Absent in receipts of earlier versions. */
  iss?: string;
  environment?: string;
  software?: string;
  /** The SHA-256 of the data map, as canonical JSON. */
  dataMap?: string;
  /** The store of each step that has one. A step that is in neither `places` nor `notPartOf` needs no store. */
  places?: Partial<Record<StepName, string>>;
  /** The video's id. */
  sub: string;
  deletionId: string;
  /** The video's owner when the deletion began. Absent for an orphan and, like `requests`, in earlier versions. */
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
   * What NIST SP 800-88r2 asks of the evidence. `verification`: these steps were carried out, and their stores
   * confirmed it. `validation`: these stores were searched again after the settle delay, and nothing was found.
   */
  verification?: { steps: StepName[]; at?: string };
  validation?: { steps: StepName[]; at: string };
  /** What was deleted, by step and kind, over all attempts. Kinds without any may be left out. */
  counts: Partial<Record<StepName, Counts>>;
  /** Rows that were resolved and kept, by table. Receipts of earlier versions count them in `counts.deleteRows`. */
  resolved?: Counts;
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

/** The steps whose stores the last check searches. The edge answers for itself: see `edge`. */
const SEARCHED: readonly StepName[] = ['cancelRuns', 'deleteObjects', 'deleteRows', 'invalidateCache'];

/** The data map that this software works by. A receipt names its hash, so that a reader can see what was searched. */
export const DATA_MAP_HASH = sha256(canonicalJson(DATA_MAP));

/** The content of a receipt for a tombstone that is about to become `deleted`. */
export function receiptOf(
  tombstone: Tombstone,
  { id, at, issuer }: { id: string; at: Date; issuer: ReceiptIssuer },
): Receipt {
  const { videoId, deletionId, requests, requestedAt, hiddenAt, steps, edge, late } = tombstone;
  const { by: requestedBy, reason } = firstRequestOf(tombstone);
  const ownerId = knownOwnerOf(tombstone);
  const ran = STEP_NAMES.filter((name) => name !== 'verify' && steps[name].state !== 'skipped');
  const { resolved, counts } = countsOf(tombstone, ran);
  const emptied = emptiedIn(tombstone);
  const { places, ...issuedBy } = issuer;
  return {
    jti: id,
    iat: Math.floor(at.getTime() / 1000),
    ...issuedBy,
    dataMap: DATA_MAP_HASH,
    places: Object.fromEntries(Object.entries(places).filter(([step]) => ran.includes(step as StepName))),
    sub: videoId,
    deletionId,
    ...(ownerId && { ownerId }),
    requestedBy,
    reason,
    requests: requests.map(({ by, reason: why, at: askedAt }) => ({ by, reason: why, at: askedAt })),
    requestedAt,
    ...reappliedIn(tombstone),
    ...(hiddenAt && { hiddenAt }),
    ...(emptied && { emptiedAt: emptied }),
    deletedAt: at.toISOString(),
    verification: { steps: ran, ...(emptied && { at: lastOf(emptied, edge?.completedAt) }) },
    validation: { steps: ran.filter((name) => SEARCHED.includes(name)), at: at.toISOString() },
    counts,
    ...(Object.keys(resolved).length > 0 && { resolved }),
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
function emptiedIn({ history }: Tombstone): string | undefined {
  return history.findLast(({ from, to }) => from === 'running' && to === 'settling')?.at;
}

/** Every store but the edge has confirmed by the time that all were empty; the edge takes longer. */
function lastOf(emptied: string, completed = emptied): string {
  return completed > emptied ? completed : emptied;
}

/** What the steps have deleted, and what they have only resolved. */
function countsOf({ steps }: Tombstone, ran: readonly StepName[]): { counts: Receipt['counts']; resolved: Counts } {
  const kept = resolvedTables().map(({ table }): string => table);
  const [resolved, deleted] = [true, false].map((isKept) =>
    Object.fromEntries(Object.entries(steps.deleteRows.counts).filter(([name]) => kept.includes(name) === isKept)),
  ) as [Counts, Counts];
  const counts = Object.fromEntries(ran.map((name) => [name, name === 'deleteRows' ? deleted : steps[name].counts]));
  return { counts, resolved };
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
