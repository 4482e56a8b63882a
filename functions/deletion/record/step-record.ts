import { type Counts, plusCounts, total } from '../counts.ts';
import { type FailureCode, LeaseLost, OutOfTime, reasonOf, StepFailed } from '../errors.ts';
import {
  type CountsOf,
  dependentsOf,
  isDone,
  MOST_FAILED_ATTEMPTS,
  reopen,
  type Step,
  type StepName,
  type Steps,
} from './steps.ts';
import type { Tombstone } from './tombstone.ts';

type Times = { startedAt: Date; finishedAt: Date };

/** What a step changes in the tombstone, besides its own result. */
export type StepChanges = Partial<Pick<Tombstone, 'target' | 'hidden' | 'hiddenAt' | 'edgeRequests' | 'notListed'>>;

/** What a step did. */
export type StepResult<Name extends StepName = StepName> = {
  counts: CountsOf<Name>;
  /** True when it may have deleted more than it counts. */
  atLeast?: boolean;
  /** True when it deleted or stopped something: the steps that build on it must run again. */
  changed: boolean;
  /** The store is not part of this environment. */
  skipped?: boolean;
  changes?: StepChanges;
  /** Steps that must run again because their work was undone. */
  reopens?: StepName[];
  /** How much of each reopened step's work was undone. */
  found?: Partial<Record<StepName, number>>;
};

/** The fields that only the holder of the lease writes: the work of its pass so far. */
export type Work = Pick<Tombstone, 'steps' | 'late' | 'progressed' | keyof StepChanges>;

/** The tombstone with what a step has to record beside how it went. */
export function withChanges(tombstone: Tombstone, changes: StepChanges | undefined): Tombstone {
  return { ...tombstone, ...changes };
}

/** The stored tombstone with the work of its lease holder. */
export function withWork(stored: Tombstone, work: Work): Tombstone {
  const { steps, target, late, hidden, hiddenAt, edgeRequests, notListed, progressed } = work;
  return { ...stored, steps, target, late, hidden, hiddenAt, edgeRequests, notListed, progressed };
}

/**
 * The tombstone after a step that did all its work.
 * @param times `builtOn` says whether the steps that it builds on were done before it began
 */
export function recordSuccess<Name extends StepName>(
  tombstone: Tombstone,
  name: Name,
  { changes, ...result }: StepResult<Name>,
  { builtOn, ...times }: Times & { builtOn: boolean },
): Tombstone {
  const step = begun(tombstone.steps[name], times);
  const foundSomething = (result.reopens?.length ?? 0) > 0;
  const state = result.skipped ? 'skipped' : !builtOn || (name === 'verify' && foundSomething) ? 'provisional' : 'done';
  const steps = {
    ...tombstone.steps,
    [name]: { ...step, state, counts: plusCounts(step.counts, result.counts), ...(result.atLeast && AT_LEAST) },
  };
  const reopened = [...(result.reopens ?? []), ...(result.changed ? dependentsOf(name) : [])];
  return {
    ...tombstone,
    ...changes,
    ...progress(tombstone, name, result.counts, result.changed),
    steps: reopen(steps, reopened),
  };
}

/**
 * The tombstone in the middle of a step, with what the step has deleted so far. If the worker crashes, this is the only
 * record.
 */
export function recordProgress(tombstone: Tombstone, name: StepName, counts: Counts): Tombstone {
  const step = { ...tombstone.steps[name], counts: plusCounts(tombstone.steps[name].counts, counts) };
  return {
    ...tombstone,
    ...progress(tombstone, name, counts, total(counts) > 0),
    steps: { ...tombstone.steps, [name]: step },
  };
}

/**
 * The tombstone after a step that failed. What it deleted before it failed is counted, and reopens the steps that build
 * on it.
 */
export function recordFailure(
  tombstone: Tombstone,
  name: StepName,
  failure: { error: unknown; counts: Counts },
  times: Times,
): Tombstone {
  const step = begun(tombstone.steps[name], times);
  const counts = plusCounts(step.counts, failure.counts);
  // A worker that ran out of time or was stopped by a command has not failed: another worker continues.
  const { error } = failure;
  const isStopped = error instanceof OutOfTime || error instanceof LeaseLost;
  const failed: Step = isStopped
    ? { ...step, state: 'waiting', counts }
    : { ...withFailure(step, reasonOf(error), times), state: 'failed', counts };
  const changed = total(failure.counts) > 0;
  const atLeast = (isStopped || error instanceof StepFailed) && error.atLeast && AT_LEAST;
  return {
    ...tombstone,
    ...progress(tombstone, name, failure.counts, changed),
    steps: reopen({ ...tombstone.steps, [name]: { ...failed, ...atLeast } }, changed ? dependentsOf(name) : []),
  };
}

const AT_LEAST = { atLeast: true } as const;
/** The steps that delete and count. */
const COUNTING = ['hide', 'cancelRuns', 'deleteObjects', 'deleteRows', 'invalidateCache'] as const;

/** The steps after their worker died. What it did last is in no count, in any step that was not done. */
export function recordDeath(steps: Steps): Steps {
  const open = COUNTING.filter((name) => !isDone(steps[name]));
  return { ...steps, ...Object.fromEntries(open.map((name) => [name, { ...steps[name], ...AT_LEAST }])) };
}

/**
 * The last check is not the end: `verify` counts as failed, for this reason, and runs again. Objects that come back
 * however often they are deleted are in no count: a store may show the same ones again.
 */
export function recordUnverified(tombstone: Tombstone, error: FailureCode): Tombstone {
  const verify = { ...tombstone.steps.verify, state: 'failed', error } as const;
  const steps = { ...tombstone.steps, verify };
  if (error !== 'ObjectsRemain') return { ...tombstone, steps };
  const { deleteObjects } = steps;
  const isOfObjects = (kind: string) => kind in deleteObjects.counts;
  const came = Object.entries(tombstone.late).filter(([kind]) => isOfObjects(kind));
  const counts = plusCounts(deleteObjects.counts, Object.fromEntries(came.map(([kind, count]) => [kind, -count])));
  const late = Object.fromEntries(Object.entries(tombstone.late).filter(([kind]) => !isOfObjects(kind)));
  return { ...tombstone, late, steps: { ...steps, deleteObjects: { ...deleteObjects, counts, ...AT_LEAST } } };
}

function begun(step: Step, { startedAt, finishedAt }: Times): Step {
  const { error: _, ...rest } = step;
  return {
    ...rest,
    attempts: step.attempts + 1,
    startedAt: step.startedAt ?? startedAt.toISOString(),
    ...(step.startedAt !== undefined && { lastStartedAt: startedAt.toISOString() }),
    finishedAt: finishedAt.toISOString(),
  };
}

/** The step with one failure more. Only the last ones are kept in full. */
export function withFailure<S extends Step>(step: S, error: string, { startedAt, finishedAt }: Times): S {
  const attempt = { startedAt: startedAt.toISOString(), finishedAt: finishedAt.toISOString(), error };
  const failed = [...(step.failed ?? []), attempt].slice(-MOST_FAILED_ATTEMPTS);
  return { ...step, error, failures: (step.failures ?? 0) + 1, failed };
}

/** A pass that deletes something costs no attempt. What is deleted after every store was empty once counts as late. */
function progress(
  { state, late, progressed }: Tombstone,
  name: StepName,
  counts: Readonly<Partial<Counts>>,
  changed: boolean,
): Pick<Tombstone, 'late' | 'progressed'> {
  const cameLate = state === 'settling' && name !== 'verify' && changed;
  return { progressed: progressed || changed, late: cameLate ? plusCounts(late, counts) : late };
}
