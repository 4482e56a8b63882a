import { transition } from './change.ts';
import type { Ports } from './ports.ts';
import { NOT_DUE } from './rules.ts';
import { STEP_NAMES, type Tombstone } from './tombstone.ts';

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
  const next = await write((current) => failed(current, ports.clock()));
  if (!next) return undefined;
  ports.metrics.record('DeletionsFailed', 1);
  ports.log.error('deletion failed', { videoId, deletionId });
  return next;
}

function failed(tombstone: Tombstone, at: Date): Tombstone {
  const { steps } = tombstone;
  const codes = STEP_NAMES.flatMap((name) => (steps[name].state === 'failed' ? (steps[name].error ?? []) : []));
  // A lock alone would have been waited for.
  const code = codes.find((each) => each !== 'ObjectsLocked') ?? codes[0] ?? 'Interrupted';
  return transition(tombstone, 'giveUp', { at, by: 'worker', detail: { code } }, { ...NOT_DUE, leaseOwner: undefined });
}
