import type { FailureCode } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { lengthOf } from '../record/history.ts';
import * as lifecycle from '../record/lifecycle.ts';
import type { Tombstone } from '../record/tombstone.ts';
import type { Now } from '../record/transition.ts';

type Decide = (tombstone: Tombstone, now: Now) => Tombstone;

/**
 * No attempt is left: the deletion is `failed` until an operator replays it. The message goes to the dead-letter queue
 * before the write, because an alarm too many is better than a missing one.
 * @param code why no work could begin, if no step says it
 * @param write writes the result of `decide`; returns undefined when another writer was first
 */
export async function giveUp(
  ports: Pick<Ports, 'deadLetters' | 'log' | 'metrics'>,
  tombstone: Tombstone,
  write: (decide: Decide) => Promise<Tombstone | undefined>,
  code?: FailureCode,
): Promise<Tombstone | undefined> {
  const { videoId, deletionId, ownerId } = tombstone;
  const failedAfter = lengthOf(tombstone);
  await ports.deadLetters.send({ videoId, deletionId }, { groupId: ownerId, failedAfter });
  const next = await write((tombstone, now) => lifecycle.giveUp(tombstone, now, code));
  if (!next) return undefined;
  ports.metrics.record('DeletionsFailed', 1);
  ports.log.error('deletion failed', { videoId, deletionId });
  return next;
}
