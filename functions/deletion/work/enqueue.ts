import { reasonOf } from '../errors.ts';
import type { Ports, Queue } from '../ports.ts';
import { nextWorkAt } from '../record/schedule.ts';
import type { Tombstone } from '../record/tombstone.ts';
import { secondsUntil } from '../rules.ts';

/**
 * Sends the message that starts a worker when the next work may begin. If sending fails, the sweeper sends it later.
 */
export async function enqueue(
  { cleanupQueue, clock, log }: Pick<Ports, 'cleanupQueue' | 'clock' | 'log'>,
  tombstone: Tombstone,
): Promise<void> {
  const at = nextWorkAt(tombstone);
  if (at) await send(cleanupQueue, tombstone, secondsUntil(at, clock()), log);
}

/** Starts a worker after this delay, whenever the next work is due: for example at once, to hide a visible video. */
export async function enqueueIn(
  { cleanupQueue, log }: Pick<Ports, 'cleanupQueue' | 'log'>,
  tombstone: Tombstone,
  delaySeconds: number,
): Promise<void> {
  await send(cleanupQueue, tombstone, delaySeconds, log);
}

/** Starts the function invalidate-edge. If sending fails, the settling deletion sends again. */
export async function enqueueEdge(
  { edgeQueue, log }: Pick<Ports, 'edgeQueue' | 'log'>,
  tombstone: Tombstone,
  delaySeconds = 0,
): Promise<void> {
  if (edgeQueue) await send(edgeQueue, tombstone, delaySeconds, log);
}

/** Makes invalidate-edge close or open the gate. Without a gate, nothing is sent. */
export async function enqueueGate(
  ports: Pick<Ports, 'edgeQueue' | 'log' | 'rules'>,
  tombstone: Tombstone,
): Promise<void> {
  if (ports.rules.gate) await enqueueEdge(ports, tombstone);
}

async function send(queue: Queue, tombstone: Tombstone, delaySeconds: number, log: Ports['log']): Promise<void> {
  const { videoId, deletionId, ownerId } = tombstone;
  try {
    await queue.send({ videoId, deletionId }, { delaySeconds, groupId: ownerId });
  } catch (error) {
    log.warn('message not sent', { videoId, deletionId, code: reasonOf(error) });
  }
}
