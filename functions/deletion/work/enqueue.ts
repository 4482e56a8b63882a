import { reasonOf } from '../errors.ts';
import type { Ports, Queue } from '../ports.ts';
import { nextWorkAt } from '../record/schedule.ts';
import type { Tombstone } from '../record/tombstone.ts';
import { secondsUntil } from '../rules.ts';

/** Sends the message that brings a worker when the next work may begin. A send that fails is left to the sweeper. */
export async function enqueue(
  { cleanupQueue, clock, log }: Pick<Ports, 'cleanupQueue' | 'clock' | 'log'>,
  tombstone: Tombstone,
): Promise<void> {
  const at = nextWorkAt(tombstone);
  if (at) await send(cleanupQueue, tombstone, secondsUntil(at, clock()), log);
}

/** Brings a worker after so many seconds, whenever the next work may begin: at once to hide a video that is still visible. */
export async function enqueueIn(
  { cleanupQueue, log }: Pick<Ports, 'cleanupQueue' | 'log'>,
  tombstone: Tombstone,
  delaySeconds: number,
): Promise<void> {
  await send(cleanupQueue, tombstone, delaySeconds, log);
}

/** Brings the function invalidate-edge. If the send fails, the settling deletion sends again. */
export async function enqueueEdge(
  { edgeQueue, log }: Pick<Ports, 'edgeQueue' | 'log'>,
  tombstone: Tombstone,
  delaySeconds = 0,
): Promise<void> {
  if (edgeQueue) await send(edgeQueue, tombstone, delaySeconds, log);
}

/** Has invalidate-edge close or open the gate. Where there is no gate, nothing is sent. */
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
