import { change, revise } from './change.ts';
import { LeaseLost } from './errors.ts';
import { isToBeHidden } from './hide-now.ts';
import type { Ports } from './ports.ts';
import { dueIn, NOT_DUE, stillDueIn } from './rules.ts';
import { reopen } from './step-record.ts';
import type { Tombstone } from './tombstone.ts';

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
    stored = await change(ports.tombstones, leased.videoId, next, stored);
    seenAt = ports.clock().getTime();
    return stored;
  };
  const lengthen = async (work: Work) => {
    const until = (current: Tombstone) => stillDueIn(current, ports.clock(), ports.rules.leaseSeconds, ports.rules);
    await write(work, (current) => revise(current, until(current)));
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
      let isOurs = false;
      await change(ports.tombstones, leased.videoId, (current) => {
        isOurs = isInHandsOf(current, leased);
        return isOurs ? givenBack({ ...current, ...workIn(work) }, ports) : current;
      });
      return isOurs;
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

/**
 * Under a hold nothing is due but to hide what could not be hidden yet; a hold that is over already left a message for the end of the lease. What was found empty is looked
 * at again, however long the hold lasts.
 */
function givenBack(tombstone: Tombstone, { clock, rules }: Pick<Ports, 'clock' | 'rules'>): Tombstone {
  const steps = reopen(tombstone.steps, ['invalidateCache', 'verify']);
  const free = revise(tombstone, { leaseOwner: undefined, progressed: true, steps });
  if (free.state !== 'held') return free;
  return { ...free, ...(isToBeHidden(free) ? dueIn(clock(), 0, rules) : NOT_DUE) };
}
