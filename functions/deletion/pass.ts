import { type Counts, LeaseLost, ObjectsLocked, OutOfTime, reasonOf, StepFailed } from './errors.ts';
import { holdLease } from './lease.ts';
import type { Checkpoint, Ports } from './ports.ts';
import { RESERVED_MILLISECONDS } from './rules.ts';
import { isBuiltOn, mayRun, recordFailure, recordSuccess } from './step-record.ts';
import { plusCounts, type StepResult, total } from './steps/step.ts';
import type { StepName, Tombstone } from './tombstone.ts';

type RunStep = (tombstone: Tombstone, checkpoint: Checkpoint) => Promise<StepResult>;

/** One worker's turn at one deletion, under a lease that it renews while it works. */
export type Pass = {
  /** As this worker knows it, with what is not written yet. */
  readonly tombstone: Tombstone;
  /** True once anything was removed in this pass. */
  readonly removed: boolean;
  /** Set when retention in the store forbids to go on. */
  readonly locked: ObjectsLocked | undefined;
  /**
   * Runs a step unless it is done, and records how it went. A failure is recorded, not thrown.
   * @throws {OutOfTime} {LeaseLost} when this worker must stop
   */
  run(name: StepName, step: RunStep): Promise<void>;
  /** Ends the pass with one write that gives up the lease. @throws {LeaseLost} */
  end(decide: (tombstone: Tombstone) => Tombstone): Promise<Tombstone>;
};

/** A hold that is set while a batch runs is seen before the next one, and at the latest after so long. */
const LOOK_MILLISECONDS = 1_000;

/** Begins a pass under a lease that was just taken. @param timeLeft milliseconds until this worker is stopped */
export function startPass(ports: Ports, leased: Tombstone, timeLeft: () => number): Pass {
  const lease = holdLease(ports, leased);
  let tombstone = leased;
  let removed = false;
  let locked: ObjectsLocked | undefined;

  const checkpointOf = (name: StepName, progress: { counts: Counts }): Checkpoint => {
    let written = 0;
    return async (counts) => {
      progress.counts = counts;
      if (timeLeft() < RESERVED_MILLISECONDS) throw new OutOfTime();
      if (total(counts) === written && lease.age() < LOOK_MILLISECONDS) return;
      written = total(counts);
      const step = { ...tombstone.steps[name], counts: plusCounts(tombstone.steps[name].counts, counts) };
      await lease.renew({ ...tombstone, steps: { ...tombstone.steps, [name]: step } });
    };
  };

  return {
    get tombstone() {
      return tombstone;
    },
    get removed() {
      return removed;
    },
    get locked() {
      return locked;
    },
    async run(name, step) {
      if (!mayRun(tombstone.steps, name)) return;
      if (timeLeft() < RESERVED_MILLISECONDS) throw new OutOfTime();
      const before = tombstone;
      const progress = { counts: {} };
      const attempt = await tryStep(
        ports,
        before,
        name,
        (current) => step(current, checkpointOf(name, progress)),
        progress,
      );
      tombstone = attempt.tombstone;
      logStep(ports, before, attempt, name);
      const { error } = attempt;
      if (error instanceof LeaseLost || error instanceof OutOfTime) throw error;
      if (error instanceof ObjectsLocked) locked = error;
      if (!attempt.removed) return;
      removed = true;
      // What is counted must outlive a crash of this worker.
      await lease.renew(tombstone);
    },
    end: (decide) => lease.write(tombstone, (current) => ({ ...decide(current), leaseOwner: undefined })),
  };
}

type Attempt = { tombstone: Tombstone; removed: boolean; error?: unknown };

/** Runs a step once; the tombstone after it says how it went. */
async function tryStep(
  { clock }: Pick<Ports, 'clock'>,
  tombstone: Tombstone,
  name: StepName,
  step: (tombstone: Tombstone) => Promise<StepResult>,
  progress: { counts: Counts },
): Promise<Attempt> {
  const startedAt = clock();
  const builtOn = isBuiltOn(tombstone.steps, name);
  try {
    const result = await step(tombstone);
    const times = { builtOn, startedAt, finishedAt: clock() };
    return { tombstone: recordSuccess(tombstone, name, result, times), removed: result.removed };
  } catch (error) {
    const counts = { ...(error instanceof StepFailed ? error.counts : progress.counts) };
    const after = recordFailure(tombstone, name, { error, counts }, { startedAt, finishedAt: clock() });
    return { tombstone: after, removed: total(counts) > 0, error };
  }
}

function logStep({ log }: Pick<Ports, 'log'>, before: Tombstone, { tombstone, error }: Attempt, name: StepName): void {
  const { videoId, deletionId, steps } = tombstone;
  const { state, counts, attempts } = steps[name];
  const earlier = before.steps[name].counts;
  const gained = Object.entries(counts).map(([kind, count]): [string, number] => [kind, count - (earlier[kind] ?? 0)]);
  const removed = Object.fromEntries(gained.filter(([, count]) => count > 0));
  const fields = { videoId, deletionId, step: name, state, attempts, counts: removed };
  if (error === undefined) log.info('step', fields);
  else log.warn('step', { ...fields, code: reasonOf(error) });
}
