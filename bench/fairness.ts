import type { LocalPorts } from '../local/local-ports.ts';
import type { System } from '../local/system.ts';
import { addVideos } from './local/add-videos.ts';
import { deletedAmong, requestAll, untilDeleted } from './local/deletions.ts';
import { withSystem } from './local/with-system.ts';
import { quantile } from './quantile.ts';
import { inMilliseconds, ratio, tableOf } from './table.ts';

export type FairnessOptions = {
  /** How many deletions one owner requests at once. */
  deletions: number;
  /** The objects of every video. */
  objects: number;
  /**
   * How many single deletions of other owners are measured, one after another: first on the idle system, then during
   * the many.
   */
  singles: number;
  /** True: also measures a queue without fairness, where each single deletion waits for all of the many. */
  inOrder: boolean;
};

export type Fairness = {
  queue: string;
  /** From the request to the signed receipt, in milliseconds. */
  idle: number[];
  beside: number[];
  /** How many of the many were unfinished when each single deletion was done. */
  behind: number[];
};

/** The local queue delivers like SQS's fair queues. Without the owner as message group, it delivers in order. */
const QUEUES: { queue: string; wrap?: (ports: LocalPorts) => LocalPorts }[] = [
  { queue: 'fair, by owner' },
  { queue: 'in order', wrap: inOrder },
];

/** Measures one owner's deletion during another owner's many, with fair queues and without, in one run. */
export async function measureFairness(options: FairnessOptions): Promise<Fairness[]> {
  const measured: Fairness[] = [];
  for (const { queue, wrap } of options.inOrder ? QUEUES : QUEUES.slice(0, 1)) {
    const figures = await withSystem(wrap ? { wrap } : {}, (system) => measure(system, options));
    measured.push({ queue, ...figures });
  }
  return measured;
}

async function measure(system: System, { deletions, objects, singles }: FairnessOptions) {
  // The first deletion is not measured: it opens connections and compiles code.
  await timeSingle(system, 'warm-up', objects);
  const idle: number[] = [];
  for (let n = 0; n < singles; n++) idle.push(await timeSingle(system, `idle-${n}`, objects));
  const many = await addVideos(system, { owner: 'many', count: deletions, objects });
  await requestAll(system, many.ownerId, many.videoIds);
  const beside: number[] = [];
  const behind: number[] = [];
  for (let n = 0; n < singles; n++) {
    if (deletedAmong(system, many.videoIds) === deletions) break;
    beside.push(await timeSingle(system, `beside-${n}`, objects));
    behind.push(deletions - deletedAmong(system, many.videoIds));
  }
  return { idle, beside, behind };
}

/** A new owner each time, because the queue remembers an owner who has just deleted. */
async function timeSingle(system: System, owner: string, objects: number): Promise<number> {
  const { ownerId, videoIds } = await addVideos(system, { owner, count: 1, objects });
  const from = performance.now();
  await requestAll(system, ownerId, videoIds);
  await untilDeleted(system, videoIds);
  return performance.now() - from;
}

/** One group for each deletion, so that the queue knows nothing about owners. */
function inOrder(ports: LocalPorts): LocalPorts {
  const ungrouped = (queue: LocalPorts['cleanupQueue']): LocalPorts['cleanupQueue'] => ({
    send: (message, options) => queue.send(message, { ...options, groupId: message.deletionId }),
  });
  const { cleanupQueue, edgeQueue } = ports;
  return { ...ports, cleanupQueue: ungrouped(cleanupQueue), ...(edgeQueue && { edgeQueue: ungrouped(edgeQueue) }) };
}

/** The table for people. The target is 3× for the fair queue. */
export function fairnessTable(measured: readonly Fairness[]): string {
  const rows = measured.map(({ queue, idle, beside, behind }) => {
    const [quiet, busy] = [quantile(idle, 0.5), quantile(beside, 0.5)];
    const figures = [quiet, busy, Math.max(...beside)].map(inMilliseconds);
    return [queue, ...figures, ratio(busy, quiet), String(Math.min(...behind))];
  });
  return tableOf(['queue', 'idle', 'beside many', 'slowest', 'beside ÷ idle', 'of the many still open'], rows);
}
