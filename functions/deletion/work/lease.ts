import { LeaseLost } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import type { Tombstone } from '../record/tombstone.ts';

/** What only the holder of the lease writes. */
export type Work = Pick<Tombstone, 'steps' | 'target' | 'late' | 'hidden' | 'hiddenAt' | 'progressed'>;

/** A lease in the hands of its holder. Every method throws `LeaseLost` once it is in other hands. */
export type Lease = {
  /** One conditional write of the work done so far and of what `decide` makes of it. */
  write(work: Work, decide: (tombstone: Tombstone) => Tombstone): Promise<Tombstone>;
  /** Writes the work down and makes the lease longer. Calls at the same time share one write. */
  renew(work: Work): Promise<void>;
  /**
   * After `LeaseLost`: if it was lost to a command and not to another worker, the work is written down all the same and the
   * lease given back, so that whoever gave the command knows that nothing more is removed.
   * @returns whether it was written down
   */
  giveWay(work: Work): Promise<boolean>;
  /** How long ago the tombstone was last seen, in milliseconds. */
  age(): number;
};

/** Takes up a lease that was just taken. */
export function holdLease(ports: Pick<Ports, 'tombstones' | 'clock' | 'rules'>, leased: Tombstone): Lease {
  let stored = leased;
  let seenAt = ports.clock().getTime();
  let renewing: Promise<void> | undefined;

  const write: Lease['write'] = async (work, decide) => {
    const next = (current: Tombstone) => decide({ ...mine(current, leased), ...workIn(work) });
    stored = (await change(ports.tombstones, leased.videoId, next, stored)).after;
    seenAt = ports.clock().getTime();
    return stored;
  };
  const lengthen = async (work: Work) => {
    await write(work, (current) => lifecycle.renew(current, ports.clock(), ports.rules));
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
      const { before, after } = await change(ports.tombstones, leased.videoId, (current) => {
        const done = { ...current, ...workIn(work) };
        return isInHandsOf(current, leased) ? lifecycle.giveWay(done, ports.clock(), ports.rules) : current;
      });
      return after !== before;
    },
    age: () => ports.clock().getTime() - seenAt,
  };
}

function workIn({ steps, target, late, hidden, hiddenAt, progressed }: Work): Work {
  return { steps, target, late, hidden, hiddenAt, progressed };
}

function mine(current: Tombstone, leased: Tombstone): Tombstone {
  if (!isInHandsOf(current, leased) || current.state !== leased.state) throw new LeaseLost();
  return current;
}

function isInHandsOf(current: Tombstone, { deletionId, leaseOwner }: Tombstone): boolean {
  return current.deletionId === deletionId && current.leaseOwner === leaseOwner;
}
