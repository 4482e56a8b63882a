import type { Ports } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { isFree, type Tombstone } from '../record/tombstone.ts';

/**
 * Makes this worker the only one to work on the deletion, in one conditional write. The write also counts the attempt.
 * @returns the leased tombstone; undefined when the deletion is not free any more; `exhausted` when no attempt is left
 */
export async function takeLease(
  ports: Pick<Ports, 'tombstones' | 'newId'> & ChangePorts,
  tombstone: Tombstone,
): Promise<Tombstone | 'exhausted' | undefined> {
  const { videoId, deletionId } = tombstone;
  const worker = ports.newId();
  const isOurs = (current: Tombstone, at: Date) => current.deletionId === deletionId && isFree(current, at);
  const { before, after } = await change(
    ports,
    videoId,
    (current, now) =>
      isOurs(current, now.at) && !lifecycle.isExhausted(current) ? lifecycle.begin(current, { worker }, now) : current,
    tombstone,
  );
  if (after.lease?.owner === worker) return after;
  return isOurs(before, ports.clock()) ? 'exhausted' : undefined;
}
