import { workOnEdge } from '../../functions/deletion/edge/work-on-edge.ts';
import type { Ports } from '../../functions/deletion/ports.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { sweepDeletions } from '../../functions/deletion/work/sweep-deletions.ts';
import { workOnDeletion } from '../../functions/deletion/work/work-on-deletion.ts';
import { interceptPorts, type PortName } from './memory/intercept-ports.ts';
import type { MemoryVideo } from './memory/platform.ts';
import type { MemoryQueue } from './memory-queue.ts';
import { type MemoryWorld, openMemoryWorld } from './memory-world.ts';
import { StoreDown } from './schedule-actor.ts';

export const DELETIONS = 20;
export const OUTAGE_SECONDS = 3600;
/** How long after one another the deletions are requested, in seconds. */
const APART_SECONDS = 5;
const STEP_SECONDS = 5;
const SWEEP_SECONDS = 60;
/** A worker's time on Lambda, in milliseconds. */
const LIFE = 300_000;
/** Twelve hours: longer than the longest backoff by far. */
const MOST_SECONDS = 43_200;

export type Outage = {
  world: MemoryWorld;
  videos: MemoryVideo[];
  /** Calls of the store that is down, while it is down. */
  calls: number;
  /** Messages in the queues when it went down. */
  waiting: number;
  /** How long after the end of the outage the last deletion came to its end, in seconds. */
  doneAfter: number;
};

/**
 * Twenty deletions, one after another, and an hour in which every call of one store fails. It starts this many seconds
 * after the first request. A queue that is down delivers nothing. Time moves on until all work is done.
 */
export async function goThroughOutage(port: PortName, beginsAfter: number): Promise<Outage> {
  const world = openMemoryWorld();
  const videos: MemoryVideo[] = [];
  for (let n = 0; n < DELETIONS; n++) videos.push(await world.video());
  let seconds = 0;
  const isDown = () => seconds >= beginsAfter && seconds < beginsAfter + OUTAGE_SECONDS;
  const outage: Outage = { world, videos, calls: 0, waiting: 0, doneAfter: 0 };
  const ports = interceptPorts(world.ports, async (call, effect) => {
    if (call.port === port && isDown()) {
      outage.calls += 1;
      throw new StoreDown(`${port} is down`);
    }
    return await effect();
  });
  for (; seconds < beginsAfter + OUTAGE_SECONDS || !(await isAtRest(world)); seconds += STEP_SECONDS) {
    if (seconds > MOST_SECONDS) throw new Error('The deletions never come to an end');
    const next = seconds % APART_SECONDS === 0 ? videos[seconds / APART_SECONDS] : undefined;
    if (next) await requestDeletion(world.ports, { videoId: next.videoId, callerId: next.ownerId });
    if (seconds % SWEEP_SECONDS === 0) await sweepDeletions(ports).catch(passStoreDown);
    if (!(isDown() && port === 'cleanupQueue')) await clean(world, ports);
    if (!(isDown() && port === 'edgeQueue')) await invalidate(world, ports);
    world.completeInvalidations();
    if (seconds < beginsAfter) outage.waiting = waitingIn(world);
    world.advance(STEP_SECONDS);
  }
  outage.doneAfter = seconds - beginsAfter - OUTAGE_SECONDS;
  return outage;
}

/** Every visible message, each alone, as the cleanup function gets them. One that fails comes again. */
async function clean({ queues }: MemoryWorld, ports: Ports): Promise<void> {
  for (const { message, receiptHandle } of receiveAll(queues.cleanup)) {
    const working = workOnDeletion(ports, message, () => LIFE).then(() => queues.cleanup.delete(receiptHandle));
    await working.catch(passStoreDown);
  }
}

/** All visible messages in one batch, as they are gathered for the edge. */
async function invalidate({ queues }: MemoryWorld, ports: Ports): Promise<void> {
  const deliveries = receiveAll(queues.edge);
  if (deliveries.length === 0 || !ports.edge) return;
  const messages = deliveries.map(({ message }) => message);
  const looking = workOnEdge({ ...ports, edge: ports.edge }, messages).then((failed) => {
    const again = new Set(failed.map(({ videoId }) => videoId));
    for (const { message, receiptHandle } of deliveries)
      if (!again.has(message.videoId)) queues.edge.delete(receiptHandle);
  });
  await looking.catch(passStoreDown);
}

function receiveAll(queue: MemoryQueue) {
  return queue.receive(queue.messages().length);
}

function passStoreDown(error: unknown): void {
  if (!(error instanceof StoreDown)) throw error;
}

/** Nothing is due, nothing waits to be sent: whatever became of the deletions, they have come to their end. */
async function isAtRest(world: MemoryWorld): Promise<boolean> {
  if (waitingIn(world) > 0) return false;
  const { tombstones } = await world.ports.lists.list({ at: world.ports.clock(), limit: DELETIONS });
  return tombstones.every(({ dueAt, outbox }) => !dueAt && outbox.length === 0);
}

function waitingIn({ queues }: MemoryWorld): number {
  return queues.cleanup.messages().length + queues.edge.messages().length;
}
