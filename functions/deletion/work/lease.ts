import { LeaseLost } from '../errors.ts';
import { type ChangePorts, change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { type Work, withWork } from '../record/step-record.ts';
import type { Tombstone } from '../record/tombstone.ts';
import type { Now } from '../record/transition.ts';

/** A lease as its holder has it. Every method throws `LeaseLost` once another worker or a command has taken it. */
export type HeldLease = {
  /** One conditional write of the work done so far and of what `decide` makes of it. */
  write(work: Work, decide: (tombstone: Tombstone, now: Now) => Tombstone): Promise<Tombstone>;
  /** Writes the work down and makes the lease longer. Calls at the same time share one write. */
  renew(work: Work): Promise<void>;
  /**
   * After `LeaseLost`: if a command has stopped this worker, and no other worker has begun, the work is written down all the same
   * and the lease given back, so that whoever gave the command knows that nothing more is deleted.
   * @returns whether it was written down
   */
  giveWay(work: Work): Promise<boolean>;
  /** How long ago the tombstone was last read or written, in milliseconds. */
  age(): number;
};

/** Holds a lease that was just taken. */
export function holdLease(ports: ChangePorts, leased: Tombstone): HeldLease {
  let stored = leased;
  let seenAt = ports.clock().getTime();
  let renewing: Promise<void> | undefined;

  const write: HeldLease['write'] = async (work, decide) => {
    const next = (current: Tombstone, now: Now) => decide(withWork(mine(current, leased), work), now);
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

function mine(current: Tombstone, leased: Tombstone): Tombstone {
  if (!isHeldBy(current, leased) || current.state !== leased.state) throw new LeaseLost();
  return current;
}

function isHeldBy({ deletionId, lease }: Tombstone, leased: Tombstone): boolean {
  return deletionId === leased.deletionId && lease?.owner === leased.lease?.owner;
}
