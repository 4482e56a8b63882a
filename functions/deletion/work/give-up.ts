import type { Ports } from '../ports.ts';
import * as lifecycle from '../record/lifecycle.ts';
import type { Tombstone } from '../record/tombstone.ts';
import type { Now } from '../record/transition.ts';

type Decide = (tombstone: Tombstone, now: Now) => Tombstone;

/**
 * The attempts are used up: `failed`, until an operator replays. The message goes to the dead-letter queue first, since one alarm
 * too many is better than one that is missing.
 * @param write writes what `decide` makes of the tombstone; undefined when that is no longer this worker's to do
 */
export async function giveUp(
  ports: Pick<Ports, 'deadLetters' | 'log' | 'metrics'>,
  { videoId, deletionId, ownerId }: Tombstone,
  write: (decide: Decide) => Promise<Tombstone | undefined>,
): Promise<Tombstone | undefined> {
  await ports.deadLetters.send({ videoId, deletionId }, { groupId: ownerId });
  const next = await write(lifecycle.giveUp);
  if (!next) return undefined;
  ports.metrics.record('DeletionsFailed', 1);
  ports.log.error('deletion failed', { videoId, deletionId });
  return next;
}
