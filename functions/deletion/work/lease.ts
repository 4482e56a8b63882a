import { LeaseLost } from '../errors.ts';
import { type ChangePorts, change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { type Work, withWork } from '../record/step-record.ts';
import type { Tombstone } from '../record/tombstone.ts';
import type { Now } from '../record/transition.ts';

/**
 * A lease as its holder sees it. `write` and `renew` throw `LeaseLost` once another worker or a command has ended it.
 */
export type HeldLease = {
  /** Writes the work done so far, changed by `decide`, in one conditional write. */
  write(work: Work, decide: (tombstone: Tombstone, now: Now) => Tombstone): Promise<Tombstone>;
  /** Writes the work and extends the lease. Calls at the same time share one write. */
  renew(work: Work): Promise<void>;
  /**
   * Called after `LeaseLost`. If a command has stopped this worker and no other worker has begun, this writes the work
   * and releases the lease. The caller of that command then knows that nothing more is deleted.
   * @returns whether the work was written
   */
  giveWay(work: Work): Promise<boolean>;
  /** How long ago the tombstone was last read or written, in milliseconds. */
  age(): number;
};

/** Holds a lease that this worker has just got. */
export function holdLease(ports: ChangePorts, leased: Tombstone): HeldLease {
  let stored = leased;
  let seenAt = ports.clock().getTime();
  let renewing: Promise<void> | undefined;

  const write: HeldLease['write'] = async (work, decide) => {
    const next = (current: Tombstone, now: Now) =>
      decide(withWork(mine(current, leased), hiddenBy(work, leased, current)), now);
    stored = (await change(ports, leased.videoId, next, stored)).after;
    seenAt = ports.clock().getTime();
    return stored;
  };
  const lengthen = async (work: Work) => {
    await write(work, lifecycle.renew);
  };
  return {
    write,
    renew(work) {
      renewing ??= lengthen(work).finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
    async giveWay(work) {
      const { before, after } = await change(ports, leased.videoId, (current, now) =>
        isHeldBy(current, leased) ? lifecycle.giveWay(withWork(current, work), now) : current,
      );
      return after !== before;
    },
    age: () => ports.clock().getTime() - seenAt,
  };
}

/**
 * A video that a restored backup has made visible is hidden again by whoever runs that step. This worker has not, if
 * the video was hidden before.
 */
function hiddenBy(work: Work, leased: Tombstone, { hidden, hiddenAt, steps: { hide } }: Tombstone): Work {
  const isVisibleAgain = leased.hidden && !hidden;
  return isVisibleAgain ? { ...work, hidden, hiddenAt, steps: { ...work.steps, hide } } : work;
}

function mine(current: Tombstone, leased: Tombstone): Tombstone {
  if (!isHeldBy(current, leased) || current.state !== leased.state) throw new LeaseLost();
  return current;
}

function isHeldBy({ deletionId, lease }: Tombstone, leased: Tombstone): boolean {
  return deletionId === leased.deletionId && lease?.owner === leased.lease?.owner;
}
