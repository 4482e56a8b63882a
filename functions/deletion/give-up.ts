import { change, transition } from './change.ts';
import type { Ports } from './ports.ts';
import { NOT_DUE } from './rules.ts';
import { STEP_NAMES, type Tombstone } from './tombstone.ts';

/**
 * Retries are used up: `failed`, until an operator replays. The message goes to the dead-letter queue first, since an alarm
 * too many is better than one that never rings.
 */
export async function giveUp(
  ports: Pick<Ports, 'tombstones' | 'deadLetters' | 'clock' | 'log' | 'metrics'>,
  { videoId, deletionId, ownerId, leaseOwner }: Tombstone,
): Promise<void> {
  await ports.deadLetters.send({ videoId, deletionId }, { groupId: ownerId });
  let isOurs = false;
  await change(ports.tombstones, videoId, (current) => {
    isOurs = current.deletionId === deletionId && current.leaseOwner === leaseOwner;
    return isOurs ? failed(current, ports.clock()) : current;
  });
  if (!isOurs) return;
  ports.metrics.record('DeletionsFailed', 1);
  ports.log.error('deletion failed', { videoId, deletionId });
}

/** The tombstone after `giveUp`. */
export function failed(tombstone: Tombstone, at: Date): Tombstone {
  const step = STEP_NAMES.find((name) => tombstone.steps[name].state === 'failed');
  const code = (step && tombstone.steps[step].error) ?? 'Interrupted';
  return transition(tombstone, 'giveUp', { at, by: 'worker', detail: { code } }, { ...NOT_DUE, leaseOwner: undefined });
}
