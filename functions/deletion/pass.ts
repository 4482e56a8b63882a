import { change, revise } from './change.ts';
import { type Counts, LeaseLost, ObjectsLocked, OutOfTime, reasonOf, StepFailed } from './errors.ts';
import type { Checkpoint, Ports } from './ports.ts';
import { dueIn, RESERVED_MILLISECONDS } from './rules.ts';
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

export function startPass(ports: Ports, leased: Tombstone, timeLeft: () => number): Pass {
  let tombstone = leased;
  let stored = leased;
  let removed = false;
  let locked: ObjectsLocked | undefined;
  let lookedAt = ports.clock().getTime();
  let looking: Promise<void> | undefined;

  const write = async (next: (current: Tombstone) => Tombstone): Promise<Tombstone> => {
    const decide = (current: Tombstone) => next({ ...mine(current, leased), ...workOf(tombstone) });
    stored = await change(ports.tombstones, leased.videoId, decide, stored);
    lookedAt = ports.clock().getTime();
    return stored;
  };
  const renew = (steps: Tombstone['steps']) =>
    write((current) => revise(current, { steps, ...dueIn(ports.clock(), ports.rules.leaseSeconds, ports.rules) }));

  const checkpointOf = (name: StepName, progress: { counts: Counts }): Checkpoint => {
    let written = 0;
    return async (counts) => {
      progress.counts = counts;
      if (timeLeft() < RESERVED_MILLISECONDS) throw new OutOfTime();
      if (total(counts) === written && ports.clock().getTime() - lookedAt < LOOK_MILLISECONDS) return;
      written = total(counts);
      const step = tombstone.steps[name];
      const steps = { ...tombstone.steps, [name]: { ...step, counts: plusCounts(step.counts, counts) } };
      looking ??= renew(steps)
        .then(() => {})
        .finally(() => {
          looking = undefined;
        });
      await looking;
    };
  };

  const attempt = async (name: StepName, step: RunStep): Promise<unknown> => {
    const startedAt = ports.clock();
    const builtOn = isBuiltOn(tombstone.steps, name);
    const progress = { counts: {} as Counts };
    try {
      const result = await step(tombstone, checkpointOf(name, progress));
      tombstone = recordSuccess(tombstone, name, result, { builtOn, startedAt, finishedAt: ports.clock() });
      removed ||= result.removed;
      return undefined;
    } catch (error) {
      const counts = { ...(error instanceof StepFailed ? error.counts : progress.counts) };
      tombstone = recordFailure(tombstone, name, { error, counts }, { startedAt, finishedAt: ports.clock() });
      removed ||= total(counts) > 0;
      return error;
    }
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
      const before = tombstone.steps[name];
      const error = await attempt(name, step);
      logStep(ports, tombstone, name, error, before.counts);
      if (error instanceof LeaseLost || error instanceof OutOfTime) throw error;
      if (error instanceof ObjectsLocked) locked = error;
      if (removed) tombstone = { ...(await renew(tombstone.steps)), ...workOf(tombstone) };
    },
    async end(decide) {
      tombstone = await write((current) => ({ ...decide(current), leaseOwner: undefined }));
      return tombstone;
    },
  };
}

/** What only the holder of the lease writes. */
function workOf({ steps, target, late, hidden, hiddenAt }: Tombstone) {
  return { steps, target, late, hidden, hiddenAt };
}

function mine(current: Tombstone, { deletionId, leaseOwner, state }: Tombstone): Tombstone {
  const isMine = current.deletionId === deletionId && current.leaseOwner === leaseOwner && current.state === state;
  if (!isMine) throw new LeaseLost();
  return current;
}

function logStep({ log }: Ports, tombstone: Tombstone, name: StepName, error: unknown, before: Counts): void {
  const { videoId, deletionId, steps } = tombstone;
  const { state, counts, attempts } = steps[name];
  const gained = Object.entries(counts).map(([kind, count]): [string, number] => [kind, count - (before[kind] ?? 0)]);
  const fields = {
    videoId,
    deletionId,
    step: name,
    state,
    attempts,
    counts: Object.fromEntries(gained.filter(([, n]) => n > 0)),
  };
  if (error === undefined) log.info('step', fields);
  else log.warn('step', { ...fields, code: reasonOf(error) });
}
