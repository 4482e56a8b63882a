import { STEP_NAMES, type StepName } from './steps.ts';
import { isOfOrphan, type Target, type Tombstone } from './tombstone.ts';

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
  /**
   * Kinds of objects that the store cannot list, runs that are too many, and the originals of an orphan, for which
   * nobody looks: nobody can say whether any are left.
   */
  notListed?: string[];
};

/** True when something could not be shown, or stays because another video names it; not for a count that is too low. */
export function lacksEvidence({ nothingFound, notFound, notListed, kept, sharedRuns }: Exceptions): boolean {
  const isLeft = kept !== undefined || sharedRuns !== undefined;
  return nothingFound === true || notFound !== undefined || notListed !== undefined || isLeft;
}

/** What the deletion could not show or count, so far or at its end. */
export function exceptionsOf(tombstone: Tombstone): Exceptions {
  const { target, interrupted, steps } = tombstone;
  // Of too many runs, the last check looks only at those that the tombstone names: the rows of the others are gone.
  const notListed = [
    ...(tombstone.notListed ?? []),
    ...(target.manyRuns ? ['runs'] : []),
    ...(isOfOrphan(tombstone) ? ['originals'] : []),
  ];
  // Until the step has looked everywhere, nothing is known to be missing.
  const hasLooked = steps.deleteObjects.state === 'done';
  const { notOurs, notFound = hasLooked ? (target.sought?.length ?? 0) : 0 } = target;
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
