import { reasonOf } from '../errors.ts';
import type { Ports, Queue } from '../ports.ts';
import type { Tombstone } from '../record/tombstone.ts';
import { secondsUntil } from '../rules.ts';

/** Sends the message that brings a worker when the deletion is due. A send that fails is left to the sweeper. */
export async function enqueue(
  { cleanupQueue, clock, log }: Pick<Ports, 'cleanupQueue' | 'clock' | 'log'>,
  tombstone: Tombstone,
): Promise<void> {
  if (!tombstone.dueAt) return;
  await send(cleanupQueue, tombstone, secondsUntil(tombstone.dueAt, clock()), log);
}

/** Asks invalidate-edge to look at the deletion. A send that fails is made good by the settle pass. */
export async function enqueueEdge(
  { edgeQueue, log }: Pick<Ports, 'edgeQueue' | 'log'>,
  tombstone: Tombstone,
  delaySeconds = 0,
): Promise<void> {
  if (edgeQueue) await send(edgeQueue, tombstone, delaySeconds, log);
}

/** Asks invalidate-edge to turn the gate; nothing where there is none. */
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
