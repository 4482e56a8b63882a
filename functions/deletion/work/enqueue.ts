import { reasonOf } from '../errors.ts';
import type { Ports, Queue, SendOptions } from '../ports.ts';
import { nextWorkAt } from '../record/schedule.ts';
import { isToBeHidden, type Tombstone } from '../record/tombstone.ts';
import { secondsUntil } from '../rules.ts';

/** A message that is early comes back. For work beyond the longest backoff it would come back again and again. */
const LONGEST_WAIT_SECONDS = 2_000;

/**
 * Sends the message that starts a worker when the next work may begin. If sending fails, or the work is far away, the
 * sweeper sends it later.
 */
export async function enqueue(
  { cleanupQueue, clock, log }: Pick<Ports, 'cleanupQueue' | 'clock' | 'log'>,
  tombstone: Tombstone,
): Promise<void> {
  const delaySeconds = secondsToWork(tombstone, clock());
  if (delaySeconds !== undefined) await send(cleanupQueue, tombstone, { delaySeconds }, log);
}

/** As `enqueue`, for the sweeper: a worker comes at once to hide a video that is still visible. */
export async function enqueueSwept(
  { cleanupQueue, clock, log }: Pick<Ports, 'cleanupQueue' | 'clock' | 'log'>,
  tombstone: Tombstone,
): Promise<void> {
  const delaySeconds = isToBeHidden(tombstone) ? 0 : secondsToWork(tombstone, clock());
  if (delaySeconds !== undefined) await send(cleanupQueue, tombstone, { delaySeconds, bySweeper: true }, log);
}

/** Starts a worker after this delay, whenever the next work is due: for example at once, to hide a visible video. */
export async function enqueueIn(
  { cleanupQueue, log }: Pick<Ports, 'cleanupQueue' | 'log'>,
  tombstone: Tombstone,
  delaySeconds: number,
): Promise<void> {
  await send(cleanupQueue, tombstone, { delaySeconds }, log);
}

/** Starts the function invalidate-edge. If sending fails, the settling deletion sends again. */
export async function enqueueEdge(
  { edgeQueue, log }: Pick<Ports, 'edgeQueue' | 'log'>,
  tombstone: Tombstone,
  delaySeconds = 0,
): Promise<void> {
  if (edgeQueue) await send(edgeQueue, tombstone, { delaySeconds }, log);
}

/** Makes invalidate-edge close or open the gate. Without a gate, nothing is sent. */
export async function enqueueGate(
  ports: Pick<Ports, 'edgeQueue' | 'log' | 'rules'>,
  tombstone: Tombstone,
): Promise<void> {
  if (ports.rules.gate) await enqueueEdge(ports, tombstone);
}

/** Undefined when there is no work, or none that a message can wait for. */
function secondsToWork(tombstone: Tombstone, now: Date): number | undefined {
  const at = nextWorkAt(tombstone);
  const seconds = at === undefined ? Number.POSITIVE_INFINITY : secondsUntil(at, now);
  return seconds <= LONGEST_WAIT_SECONDS ? seconds : undefined;
}

async function send(
  queue: Queue,
  tombstone: Tombstone,
  options: Omit<SendOptions, 'groupId'>,
  log: Ports['log'],
): Promise<void> {
  const { videoId, deletionId, ownerId } = tombstone;
  try {
    await queue.send({ videoId, deletionId }, { ...options, groupId: ownerId });
  } catch (error) {
    log.warn('message not sent', { videoId, deletionId, code: reasonOf(error) });
  }
}
