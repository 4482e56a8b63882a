import { type Counts, LeaseLost, ObjectsLocked, OutOfTime, reasonOf, StepFailed } from '../errors.ts';
import type { Checkpoint, Ports } from '../ports.ts';
import { isBuiltOn, mayRun, recordFailure, recordProgress, recordSuccess } from '../record/step-record.ts';
import type { StepName, Tombstone } from '../record/tombstone.ts';
import { RESERVED_MILLISECONDS } from '../rules.ts';
import { holdLease } from './lease.ts';
import { collectFigures } from './step-figures.ts';
import { type StepResult, total } from './steps/step.ts';

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
  /** Ends a pass that was stopped: what it did is written down if the deletion is in no other worker's hands. */
  giveWay(): Promise<void>;
  /** Ends the pass with one write that gives up the lease. @throws {LeaseLost} */
  end(decide: (tombstone: Tombstone) => Tombstone): Promise<Tombstone>;
};

/**
 * A hold that is set while a batch of objects runs is seen before the next one, and at the latest after so long. Rows go table by
 * table, in milliseconds each: what they took is written down after so long, or with the step.
 */
const LOOK_MILLISECONDS = 1_000;

/** Begins a pass under a lease that was just taken. @param timeLeft milliseconds until this worker is stopped */
export function startPass(ports: Ports, leased: Tombstone, timeLeft: () => number): Pass {
  const lease = holdLease(ports, leased);
  const figures = collectFigures(ports.metrics);
  let tombstone = leased;
  let removed = false;
  let locked: ObjectsLocked | undefined;

  const checkpointOf = (name: StepName, progress: Progress): Checkpoint => {
    return async (counts) => {
      progress.counts = counts;
      if (timeLeft() < RESERVED_MILLISECONDS) throw new OutOfTime();
      const written = total(counts);
      const isSeldom = name === 'deleteRows' || written === progress.written;
      if (isSeldom && lease.age() < LOOK_MILLISECONDS) return;
      progress.written = written;
      const progressed = tombstone.progressed || written > 0;
      await lease.renew({ ...recordProgress(tombstone, name, counts), progressed });
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
      const progress: Progress = { counts: {}, written: 0 };
      const attempt = await tryStep(
        ports,
        before,
        name,
        (current) => step(current, checkpointOf(name, progress)),
        progress,
      );
      removed ||= attempt.removed;
      // Written down at once, so that a worker that dies has not spent an attempt if it got anywhere.
      tombstone = { ...attempt.tombstone, progressed: removed };
      const { error, gained, milliseconds } = attempt;
      logStep(ports, attempt, name);
      const isStopped = error instanceof LeaseLost || error instanceof OutOfTime;
      const isFailure = error !== undefined && !isStopped;
      figures.add({ name, gained, milliseconds, isFailure, during: before.state });
      if (isStopped) throw error;
      if (error instanceof ObjectsLocked) locked = error;
      if (!attempt.removed || name === 'invalidateCache') return;
      // What is counted must outlive a crash of this worker; keys of a cache would have gone by themselves.
      if (total(gained) !== progress.written) await lease.renew(tombstone);
      figures.record();
    },
    async giveWay() {
      if (await lease.giveWay(tombstone)) figures.record();
    },
    async end(decide) {
      const ended = await lease.write(tombstone, (current) => ({ ...decide(current), leaseOwner: undefined }));
      figures.record();
      return ended;
    },
  };
}

/** What a step has counted so far, and how much of it is written down. */
type Progress = { counts: Counts; written: number };

/** `gained`: what the counts of the step grew by. */
type Attempt = { tombstone: Tombstone; removed: boolean; gained: Counts; milliseconds: number; error?: unknown };

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
    const times = { startedAt, finishedAt: clock() };
    const after = recordSuccess(tombstone, name, result, { builtOn, ...times });
    return { tombstone: after, removed: result.removed, gained: result.counts, milliseconds: between(times) };
  } catch (error) {
    const gained = { ...(error instanceof StepFailed ? error.counts : progress.counts) };
    const times = { startedAt, finishedAt: clock() };
    const after = recordFailure(tombstone, name, { error, counts: gained }, times);
    return { tombstone: after, removed: total(gained) > 0, gained, milliseconds: between(times), error };
  }
}

function between({ startedAt, finishedAt }: { startedAt: Date; finishedAt: Date }): number {
  return finishedAt.getTime() - startedAt.getTime();
}

function logStep({ log }: Pick<Ports, 'log'>, { tombstone, gained, error }: Attempt, name: StepName): void {
  const { videoId, deletionId, steps } = tombstone;
  const { state, attempts } = steps[name];
  const removed = Object.fromEntries(Object.entries(gained).filter(([, count]) => count > 0));
  const fields = { videoId, deletionId, step: name, state, attempts, counts: removed };
  // What removed nothing is on the tombstone; log lines are paid for, too.
  if (error === undefined && total(removed) > 0) log.info('step', fields);
  if (error !== undefined) log.warn('step', { ...fields, code: reasonOf(error) });
}
