import { type Counts, LeaseLost, OutOfTime, reasonOf } from '../errors.ts';
import { plusCounts, type StepResult, total } from '../work/steps/step.ts';
import { STEP_NAMES, type Step, type StepName, type Tombstone } from './tombstone.ts';

type Steps = Tombstone['steps'];
type Times = { startedAt: Date; finishedAt: Date };

/**
 * What a step builds on: it counts as done only if these were done before it began, and it runs again when one of them
 * removes something later.
 */
export const BUILDS_ON: Record<StepName, readonly StepName[]> = {
  hide: [],
  cancelRuns: [],
  deleteObjects: ['cancelRuns'],
  deleteRows: [],
  invalidateCache: ['deleteRows'],
  invalidateEdge: ['deleteObjects'],
  verify: ['hide', 'cancelRuns', 'deleteObjects', 'deleteRows', 'invalidateCache', 'invalidateEdge'],
};

/** All steps, none begun. */
export function waitingSteps(): Steps {
  const waiting = STEP_NAMES.map((name): [StepName, Step] => [name, { state: 'waiting', attempts: 0, counts: {} }]);
  return Object.fromEntries(waiting) as Steps;
}

export function isDone(step: Step): boolean {
  return step.state === 'done' || step.state === 'skipped';
}

/** True when everything that the step builds on is done. */
export function isBuiltOn(steps: Steps, name: StepName): boolean {
  return BUILDS_ON[name].every((base) => isDone(steps[base]));
}

/**
 * True while running the step can gain something. Having run once, it waits for what it builds on; and verify, which would
 * only find what is known to be left, waits from the start.
 */
export function mayRun(steps: Steps, name: StepName): boolean {
  const { state } = steps[name];
  if (isDone(steps[name])) return false;
  return isBuiltOn(steps, name) || (name !== 'verify' && state !== 'provisional');
}

/** True when a step of this pass can still be gained: one that was reopened, not one that has failed. */
export function hasOpenSteps(steps: Steps): boolean {
  return STEP_NAMES.some((name) => steps[name].state === 'waiting' && isBuiltOn(steps, name));
}

/** The tombstone after a step that did all it was asked for. `builtOn`: whether what it builds on was done before it began. */
export function recordSuccess(
  tombstone: Tombstone,
  name: StepName,
  result: StepResult,
  { builtOn, ...times }: Times & { builtOn: boolean },
): Tombstone {
  const step = begun(tombstone.steps[name], times);
  const foundSomething = (result.reopens?.length ?? 0) > 0;
  const state = result.skipped ? 'skipped' : !builtOn || (name === 'verify' && foundSomething) ? 'provisional' : 'done';
  const steps = { ...tombstone.steps, [name]: { ...step, state, counts: plusCounts(step.counts, result.counts) } };
  const undone = [...(result.reopens ?? []), ...(result.removed ? dependentsOf(name) : [])];
  return { ...tombstone, ...result.changes, ...late(tombstone, name, result), steps: reopen(steps, undone) };
}

/** The tombstone in the middle of a step, with what it has removed so far: all that is known of it if the worker dies. */
export function recordProgress(tombstone: Tombstone, name: StepName, counts: Counts): Tombstone {
  const step = { ...tombstone.steps[name], counts: plusCounts(tombstone.steps[name].counts, counts) };
  const cameLate = late(tombstone, name, { counts, removed: total(counts) > 0 });
  return { ...tombstone, ...cameLate, steps: { ...tombstone.steps, [name]: step } };
}

/** The tombstone after a step that failed. What it had removed all the same is counted, and reopens what builds on it. */
export function recordFailure(
  tombstone: Tombstone,
  name: StepName,
  failure: { error: unknown; counts: Counts },
  times: Times,
): Tombstone {
  const step = begun(tombstone.steps[name], times);
  const counts = plusCounts(step.counts, failure.counts);
  // Time that ran out, or a command that stopped the worker, is no failure: another goes on.
  const isOver = failure.error instanceof OutOfTime || failure.error instanceof LeaseLost;
  const failed: Step = isOver
    ? { ...step, state: 'waiting', counts }
    : { ...step, state: 'failed', counts, error: reasonOf(failure.error), failures: (step.failures ?? 0) + 1 };
  const removed = Object.keys(failure.counts).length > 0;
  return {
    ...tombstone,
    ...late(tombstone, name, { counts: failure.counts, removed }),
    steps: reopen({ ...tombstone.steps, [name]: failed }, removed ? dependentsOf(name) : []),
  };
}

/** Done steps among `names`, and all that build on them, have to run again. */
export function reopen(steps: Steps, names: readonly StepName[]): Steps {
  const reopened = new Set(names.flatMap((name) => [name, ...dependentsOf(name)]));
  const entries = STEP_NAMES.map((name): [StepName, Step] => {
    const step = steps[name];
    return [name, reopened.has(name) && step.state === 'done' ? { ...step, state: 'waiting' } : step];
  });
  return Object.fromEntries(entries) as Steps;
}

/** Every step that builds on this one, directly or by way of another. */
export function dependentsOf(name: StepName): StepName[] {
  const direct = STEP_NAMES.filter((other) => BUILDS_ON[other].includes(name));
  return [...new Set(direct.flatMap((other) => [other, ...dependentsOf(other)]))];
}

function begun(step: Step, { startedAt, finishedAt }: Times): Step {
  const { error: _, ...rest } = step;
  return {
    ...rest,
    attempts: step.attempts + 1,
    startedAt: step.startedAt ?? startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
  };
}

/** Whatever is removed after everything had been empty once came late. */
function late(tombstone: Tombstone, name: StepName, result: Pick<StepResult, 'counts' | 'removed'>) {
  const cameLate = tombstone.state === 'settling' && name !== 'verify' && result.removed;
  return cameLate ? { late: plusCounts(tombstone.late, result.counts) } : {};
}
