import { type Counts, plusCounts, total } from '../counts.ts';
import { LeaseLost, ObjectsLocked, OutOfTime, reasonOf, StepFailed } from '../errors.ts';
import type { Checkpoint, Ports } from '../ports.ts';
import {
  recordFailure,
  recordProgress,
  recordSuccess,
  type StepChanges,
  type StepResult,
  withChanges,
} from '../record/step-record.ts';
import { isBuiltOn, mayRun, type StepName } from '../record/steps.ts';
import type { Tombstone } from '../record/tombstone.ts';
import type { Now } from '../record/transition.ts';
import { RESERVED_MILLISECONDS } from '../rules.ts';
import { holdLease } from './lease.ts';
import { collectFigures } from './step-figures.ts';
import { whileRenewing } from './while-renewing.ts';

type RunStep<Name extends StepName> = (tombstone: Tombstone, checkpoint: Checkpoint) => Promise<StepResult<Name>>;

/** One worker's pass over one deletion, under a lease that it renews while it works. */
export type Pass = {
  /** The tombstone with this worker's unwritten work. `progressed` is true once this pass has deleted anything. */
  readonly tombstone: Tombstone;
  /** What its checks found that had come back, by step: the most that one check found. */
  readonly found: Partial<Record<StepName, number>>;
  /** Set when retention in the store forbids deleting. */
  readonly locked: ObjectsLocked | undefined;
  /**
   * Runs a step, unless it is done or has to wait, and records the result. A failure is recorded, not thrown.
   * @throws {OutOfTime} {LeaseLost} when this worker must stop
   */
  run<Name extends StepName>(name: Name, step: RunStep<Name>): Promise<void>;
  /** Ends a pass that was stopped. Its work is written, unless another worker has begun. */
  giveWay(): Promise<void>;
  /** Ends the pass with one write that releases the lease. @throws {LeaseLost} */
  end(decide: (tombstone: Tombstone, now: Now) => Tombstone): Promise<Tombstone>;
};

/**
 * A checkpoint writes after every batch that deleted objects, so a hold is noticed before the next batch. Batches that
 * deleted nothing, and batches of rows, write only after this time or number. Rows take milliseconds per batch. What
 * they deleted is written then or with the step.
 */
const RENEW = { milliseconds: 1_000, items: 10_000 };

/**
 * Begins a pass under a lease that this worker has just got. @param timeLeft milliseconds until this worker is stopped
 */
export function startPass(ports: Ports, leased: Tombstone, timeLeft: () => number): Pass {
  const lease = holdLease(ports, leased);
  const figures = collectFigures(ports.metrics);
  let tombstone = leased;
  let locked: ObjectsLocked | undefined;
  const found: Partial<Record<StepName, number>> = {};

  const checkpointOf = (name: StepName, progress: Progress): Checkpoint => {
    return async (counts, changes = {}) => {
      progress.counts = counts;
      progress.changes = changes;
      progress.at = ports.clock().getTime();
      if (timeLeft() < RESERVED_MILLISECONDS) throw new OutOfTime();
      const written = total(counts);
      const isSeldom = name === 'deleteRows' || written === progress.written;
      const isSoon = lease.age() < RENEW.milliseconds && written - progress.written < RENEW.items;
      if (!isSeldom || !isSoon) await write(name, progress);
    };
  };
  const write = async (name: StepName, progress: Progress) => {
    progress.written = total(progress.counts);
    await lease.renew(recordProgress(withChanges(tombstone, progress.changes), name, progress.counts));
  };

  return {
    get tombstone() {
      return tombstone;
    },
    get locked() {
      return locked;
    },
    found,
    async run(name, step) {
      if (!mayRun(tombstone.steps, name)) return;
      if (timeLeft() < RESERVED_MILLISECONDS) throw new OutOfTime();
      const before = tombstone;
      const progress: Progress = { counts: {}, changes: {}, written: 0, at: ports.clock().getTime() };
      const checkpoint = checkpointOf(name, progress);
      const { leaseSeconds } = ports.rules;
      const renew = async () => void (timeLeft() > RESERVED_MILLISECONDS && (await write(name, progress)));
      const silence = () => ports.clock().getTime() - progress.at;
      const inTime = (current: Tombstone) =>
        whileRenewing({ leaseSeconds, silence, renew }, () => step(current, checkpoint));
      const attempt = await tryStep(ports, before, name, inTime, progress);
      tombstone = attempt.tombstone;
      const { error, gained, milliseconds } = attempt;
      for (const [step, count] of Object.entries(attempt.found ?? {}) as [StepName, number][])
        found[step] = Math.max(found[step] ?? 0, count);
      logStep(ports, attempt, name);
      const isStopped = error instanceof LeaseLost || error instanceof OutOfTime;
      const isFailure = error !== undefined && !isStopped;
      figures.add({ name, gained, milliseconds, isFailure, during: before.state });
      if (isStopped) throw error;
      if (error instanceof ObjectsLocked) locked = error;
      // Keys of a cache would have expired by themselves.
      if (name === 'invalidateCache' || !(attempt.changed || attempt.reopens)) return;
      // Counts and progress must survive a crash of this worker.
      if (attempt.reopens || total(gained) !== progress.written) await lease.renew(tombstone);
      figures.record();
    },
    async giveWay() {
      if (await lease.giveWay(tombstone)) figures.record();
    },
    async end(decide) {
      const ended = await lease.write(tombstone, decide);
      figures.record();
      return ended;
    },
  };
}

/** What a step has counted and learnt so far, how much of the counts is written, and when it last reported. */
type Progress = { counts: Counts; changes: StepChanges; written: number; at: number };

/** `gained`: what the step added to its counts. */
type Attempt = {
  tombstone: Tombstone;
  changed: boolean;
  gained: Counts;
  milliseconds: number;
  reopens?: boolean;
  found?: Partial<Record<StepName, number>> | undefined;
  error?: unknown;
};

/** Runs a step once. The returned tombstone records its result. */
async function tryStep<Name extends StepName>(
  { clock }: Pick<Ports, 'clock'>,
  tombstone: Tombstone,
  name: Name,
  step: (tombstone: Tombstone) => Promise<StepResult<Name>>,
  progress: Pick<Progress, 'counts' | 'changes'>,
): Promise<Attempt> {
  const startedAt = clock();
  const builtOn = isBuiltOn(tombstone.steps, name);
  try {
    const result = await step(tombstone);
    const times = { startedAt, finishedAt: clock() };
    const after = recordSuccess(tombstone, name, result, { builtOn, ...times });
    return {
      tombstone: after,
      changed: result.changed,
      reopens: (result.reopens?.length ?? 0) > 0,
      gained: plusCounts({}, result.counts),
      found: result.found,
      milliseconds: between(times),
    };
  } catch (error) {
    const gained = { ...(error instanceof StepFailed ? error.counts : progress.counts) };
    const times = { startedAt, finishedAt: clock() };
    const after = recordFailure(withChanges(tombstone, progress.changes), name, { error, counts: gained }, times);
    return { tombstone: after, changed: total(gained) > 0, gained, milliseconds: between(times), error };
  }
}

function between({ startedAt, finishedAt }: { startedAt: Date; finishedAt: Date }): number {
  return finishedAt.getTime() - startedAt.getTime();
}

function logStep({ log }: Pick<Ports, 'log'>, { tombstone, gained, error }: Attempt, name: StepName): void {
  const { videoId, deletionId, steps } = tombstone;
  const { state, attempts } = steps[name];
  const counts = Object.fromEntries(Object.entries(gained).filter(([, count]) => count > 0));
  const fields = { videoId, deletionId, step: name, state, attempts, counts };
  // A step that deleted nothing is recorded only on the tombstone, because each log line costs money.
  if (error === undefined && total(counts) > 0) log.info('step', fields);
  if (error !== undefined) log.warn('step', { ...fields, code: reasonOf(error) });
}
