import { change, revise, transition } from './change.ts';
import type { Ports } from './ports.ts';
import { MAX_ATTEMPTS, secondsUntil, stillDueIn } from './rules.ts';
import { reopen } from './step-record.ts';
import type { Tombstone } from './tombstone.ts';

type Leased = Tombstone & { leaseOwner: string };

/**
 * Makes this worker the only one at the deletion, in one conditional write that also counts the attempt.
 * @returns the leased tombstone; undefined when another worker was first; `exhausted` when no attempt is left
 */
export async function takeLease(
  ports: Pick<Ports, 'tombstones' | 'clock' | 'newId' | 'rules'>,
  tombstone: Tombstone,
): Promise<Leased | 'exhausted' | undefined> {
  const { deletionId } = tombstone;
  const worker = ports.newId();
  let isExhausted = false;
  const taken = await change(
    ports.tombstones,
    tombstone.videoId,
    (current) => {
      const now = ports.clock();
      const isDue = current.dueAt !== undefined && secondsUntil(current.dueAt, now) === 0;
      if (!isDue || current.deletionId !== deletionId || current.state === 'cancelled') return current;
      if (current.state === 'deleted' || current.state === 'failed' || current.hold) return current;
      const attempts = current.progressed ? current.attempts : current.attempts + 1;
      isExhausted = attempts > MAX_ATTEMPTS;
      return isExhausted ? current : lease(current, { worker, now, attempts }, ports);
    },
    tombstone,
  );
  if (isExhausted) return 'exhausted';
  return taken.leaseOwner === worker ? (taken as Leased) : undefined;
}

/**
 * A lease that nobody gave back: its holder died. What it removed last is in no count, and may have left behind what only who
 * removes it takes along, such as a copy at the edge.
 */
function afterInterruption({ interrupted, steps }: Tombstone): Partial<Tombstone> {
  return { interrupted: interrupted + 1, steps: reopen(steps, ['cancelRuns', 'deleteObjects', 'deleteRows']) };
}

function lease(
  current: Tombstone,
  { worker, now, attempts }: { worker: string; now: Date; attempts: number },
  { rules }: Pick<Ports, 'rules'>,
): Tombstone {
  const changes = {
    leaseOwner: worker,
    attempts,
    progressed: false,
    ...(current.leaseOwner !== undefined && afterInterruption(current)),
    ...stillDueIn(current, now, rules.leaseSeconds, rules),
  };
  if (current.state === 'pending') return transition(current, 'begin', { at: now, by: 'worker' }, changes);
  if (current.state === 'held') return transition(current, 'release', { at: now, by: 'worker' }, changes);
  return revise(current, changes);
}
