import { invalidateEdges } from '../../functions/deletion/invalidate-edge.ts';
import type { DeletionMessage } from '../../functions/deletion/ports.ts';
import { workOnDeletion } from '../../functions/deletion/work-on-deletion.ts';
import type { MemoryQueue } from './memory-queue.ts';
import { platformOf } from './platform-video.ts';
import { openStores, type Stores } from './stores.ts';

/** A worker that has all the time in the world, in milliseconds. */
const LONG = 900_000;
/** More turns than any deletion takes: one that needs them all never ends. */
const MOST_TURNS = 600;

export type World = Awaited<ReturnType<typeof openWorld>>;

/** The stores, what a platform puts into them, and the workers on the queues. */
export async function openWorld() {
  const stores = await openStores();
  return { ...stores, ...platformOf(stores), ...driverOf(stores) };
}

/** How a test lets time pass and the workers work, as the queues and the sweeper would. */
function driverOf({ ports, queues, viewers, advance }: Stores) {
  const work = async (queue: MemoryQueue, handle: (message: DeletionMessage) => Promise<unknown>) => {
    const deliveries = queue.receive(10);
    for (const { message, receiptHandle } of deliveries) {
      await handle(message);
      queue.delete(receiptHandle);
    }
    return deliveries.length;
  };
  const turn = async (timeLeft = () => LONG) => {
    viewers.local.completeInvalidations();
    const cleaned = await work(queues.cleanup, (message) => workOnDeletion(ports, message, timeLeft));
    return cleaned + (await work(queues.edge, (message) => invalidateEdges(ports, [message])));
  };
  return {
    /** One round of deliveries; how many there were. */
    turn,
    /** Turns, with time passing whenever no message is visible, until the queues are empty. */
    async settle(): Promise<void> {
      for (let turns = 0; queues.cleanup.messages().length + queues.edge.messages().length > 0; turns++) {
        if (turns > MOST_TURNS) throw new Error('The deletion never comes to an end');
        if ((await turn()) === 0) advance(30);
        await ports.stats?.refreshIfStale();
      }
    },
  };
}
