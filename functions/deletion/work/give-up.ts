import type { Ports } from '../ports.ts';
import * as lifecycle from '../record/lifecycle.ts';
import type { Tombstone } from '../record/tombstone.ts';

type Decide = (tombstone: Tombstone) => Tombstone;

/**
 * Retries are used up: `failed`, until an operator replays. The message goes to the dead-letter queue first, since an alarm
 * too many is better than one that never rings.
 * @param write writes what `decide` makes of the tombstone; undefined when that is no longer this worker's to do
 */
export async function giveUp(
  ports: Pick<Ports, 'deadLetters' | 'clock' | 'log' | 'metrics'>,
  { videoId, deletionId, ownerId }: Tombstone,
  write: (decide: Decide) => Promise<Tombstone | undefined>,
): Promise<Tombstone | undefined> {
  await ports.deadLetters.send({ videoId, deletionId }, { groupId: ownerId });
  const next = await write((current) => lifecycle.giveUp(current, ports.clock()));
  if (!next) return undefined;
  ports.metrics.record('DeletionsFailed', 1);
  ports.log.error('deletion failed', { videoId, deletionId });
  return next;
}
