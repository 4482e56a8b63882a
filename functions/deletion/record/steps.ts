export const STEP_NAMES = [
  'hide',
  'cancelRuns',
  'deleteObjects',
  'deleteRows',
  'invalidateCache',
  'invalidateEdge',
  'verify',
] as const;
export type StepName = (typeof STEP_NAMES)[number];

/** What each step counts. Rows are counted by table. `verify` counts what it found, by the kinds of the other steps. */
type Kinds = {
  hide: 'keys' | 'pages' | 'ownerKeys' | 'others';
  cancelRuns: 'stopped' | 'ended' | 'unknown';
  deleteObjects: 'objects' | 'versions' | 'deleteMarkers' | 'uploads' | 'files' | 'bytes';
  deleteRows: string;
  invalidateCache: 'keys' | 'pages' | 'ownerKeys' | 'others';
  invalidateEdge: never;
  verify: string;
};
export type CountsOf<Name extends StepName> = { [Kind in Kinds[Name]]?: number };

/**
 * `provisional`: the step did its work before the steps that it builds on were done, so it runs once more.
 * `skipped`: the store is not part of this environment.
 */
export type StepState = 'waiting' | 'provisional' | 'done' | 'failed' | 'skipped';

export type Step<Name extends StepName = StepName> = {
  state: StepState;
  /** How often it ran. */
  attempts: number;
  /** How often it failed. */
  failures?: number;
  /** What it deleted, stopped or found, over all attempts. */
  counts: CountsOf<Name>;
  /** A worker died in it, or the answer of a call was lost: it may have deleted more than it counts. */
  atLeast?: true;
  startedAt?: string;
  /** When its last attempt began, where there was more than one. */
  lastStartedAt?: string;
  finishedAt?: string;
  /** A short code, never a message: see `reasonOf`. */
  error?: string;
  /** Its last failed attempts, the oldest first: at most `MOST_FAILED_ATTEMPTS`. */
  failed?: FailedAttempt[];
};
export type FailedAttempt = { startedAt: string; finishedAt: string; error: string };
/** As many as there are before a deletion ends in `failed`. The tombstone must stay small: seven steps keep them. */
export const MOST_FAILED_ATTEMPTS = 12;
export type Steps = { [Name in StepName]: Step<Name> };

/**
 * The steps that each step builds on. A step is done only if these were done before it began. It runs again when one of
 * them deletes something later.
 */
const BUILDS_ON: Record<StepName, readonly StepName[]> = {
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

export function isDone({ state }: Pick<Step, 'state'>): boolean {
  return state === 'done' || state === 'skipped';
}

/** True when every step that this one builds on is done. */
export function isBuiltOn(steps: Steps, name: StepName): boolean {
  return BUILDS_ON[name].every((base) => isDone(steps[base]));
}

/**
 * True when running the step now is useful. A step that has run once waits for the steps that it builds on. `verify`
 * always waits for them, because before that it would only find what is known to be there.
 */
export function mayRun(steps: Steps, name: StepName): boolean {
  const { state } = steps[name];
  if (isDone(steps[name])) return false;
  return isBuiltOn(steps, name) || (name !== 'verify' && state !== 'provisional');
}

/** True when this pass can still complete a reopened step. A failed step waits for the next pass. */
export function hasOpenSteps(steps: Steps): boolean {
  return STEP_NAMES.some((name) => steps[name].state === 'waiting' && isBuiltOn(steps, name));
}

/** Marks the done steps among `names`, and all done steps that build on them, to run again. */
export function reopen(steps: Steps, names: readonly StepName[]): Steps {
  const reopened = new Set(names.flatMap((name) => [name, ...dependentsOf(name)]));
  const entries = STEP_NAMES.map((name): [StepName, Step] => {
    const step = steps[name];
    return [name, reopened.has(name) && step.state === 'done' ? { ...step, state: 'waiting' } : step];
  });
  return Object.fromEntries(entries) as Steps;
}

/** Every step that builds on this one, directly or through another. */
export function dependentsOf(name: StepName): StepName[] {
  const direct = STEP_NAMES.filter((other) => BUILDS_ON[other].includes(name));
  return [...new Set(direct.flatMap((other) => [other, ...dependentsOf(other)]))];
}
