import type { Ports } from '../ports.ts';
import { change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { isOpen, type Tombstone } from '../record/tombstone.ts';
import { secondsUntil } from '../rules.ts';

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
  const { before, after } = await change(
    ports.tombstones,
    tombstone.videoId,
    (current) => {
      const at = ports.clock();
      if (current.deletionId !== deletionId || !isFree(current, at)) return current;
      return lifecycle.begin(current, { at, worker }, ports.rules) ?? current;
    },
    tombstone,
  );
  if (after.leaseOwner === worker) return after as Leased;
  return before.deletionId === deletionId && isFree(before, ports.clock()) ? 'exhausted' : undefined;
}

/** True for a deletion that a worker may begin with now. */
function isFree({ state, hold, dueAt }: Tombstone, now: Date): boolean {
  const isDue = dueAt !== undefined && secondsUntil(dueAt, now) === 0;
  return isDue && !hold && (state === 'held' || isOpen(state));
}
