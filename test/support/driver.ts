import { workOnEdge } from '../../functions/deletion/edge/work-on-edge.ts';
import type { DeletionMessage, Edge, ListPorts, Ports } from '../../functions/deletion/ports.ts';
import { workOnDeletion } from '../../functions/deletion/work/work-on-deletion.ts';
import type { MemoryQueue } from './memory-queue.ts';

/** A worker that has all the time in the world, in milliseconds. */
const LONG = 900_000;
/** More turns than any deletion takes: one that needs them all never ends. */
const MOST_TURNS = 600;

/**
 * What is driven: the ports with an edge, the queues with their messages, and a clock that moves only when it is told
 * to.
 */
export type Driven = {
  ports: Ports & ListPorts & { edge: Edge };
  queues: { cleanup: MemoryQueue; edge: MemoryQueue };
  advance(seconds: number): void;
  /** The edge completes what it was asked for. */
  completeInvalidations(): void;
};

/** How a test lets time pass and the workers work, as the queues and the sweeper would. */
export function driverOf({ ports, queues, advance, completeInvalidations }: Driven) {
  const work = async (queue: MemoryQueue, handle: (message: DeletionMessage) => Promise<unknown>) => {
    const deliveries = queue.receive(10);
    for (const { message, receiptHandle } of deliveries) {
      await handle(message);
      queue.delete(receiptHandle);
    }
    return deliveries.length;
  };
  const turn = async (timeLeft = () => LONG) => {
    completeInvalidations();
    const cleaned = await work(queues.cleanup, (message) => workOnDeletion(ports, message, timeLeft));
    return cleaned + (await work(queues.edge, (message) => workOnEdge(ports, [message])));
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
