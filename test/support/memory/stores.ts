import { v7 as uuidv7 } from 'uuid';
import type { ListPorts, Ports, PublishedEvent } from '../../../functions/deletion/ports.ts';
import type { Rules } from '../../../functions/deletion/rules.ts';
import { createMemoryQueue } from '../memory-queue.ts';
import { createMemoryTombstones } from '../memory-tombstones.ts';
import { ISSUER, RULES } from '../rules.ts';
import { createMemoryCache } from './cache.ts';
import { createMemoryEdge } from './edge.ts';
import type { Line } from './line.ts';
import { createMemoryObjects } from './objects.ts';
import { createMemoryRows, createMemoryStats } from './rows.ts';
import { createMemoryRuns } from './runs.ts';
import { emptyTables, linesOf, seedTables } from './tables.ts';

export type MemoryStores = ReturnType<typeof openMemoryStores>;

/** The domain between stores in memory, each held to the contract of the real one; the test moves the time. */
export function openMemoryStores({ gate }: Pick<Rules, 'gate'> = {}) {
  let now = Date.parse('2026-11-22T10:00:00.000Z');
  const clock = () => new Date(now);
  const queues = {
    cleanup: createMemoryQueue({ clock }),
    edge: createMemoryQueue({ clock }),
    dead: createMemoryQueue({ clock }),
  };
  const tables = emptyTables();
  const objects = createMemoryObjects({ clock });
  const cache = createMemoryCache({ clock });
  const runs = createMemoryRuns();
  const edge = createMemoryEdge({ clock, ...gate });
  const published: PublishedEvent[] = [];

  const tombstones = createMemoryTombstones();
  const ports = {
    tombstones,
    lists: tombstones,
    rows: createMemoryRows(tables),
    stats: createMemoryStats(tables),
    objects,
    cache,
    runs,
    edge: edge.edge,
    gate: edge.gate,
    events: { publish: async (events) => void published.push(...events) },
    signer: { sign: async (payload) => JSON.stringify(payload), publicKeys: async () => ({ keys: [] }) },
    cleanupQueue: queues.cleanup,
    deadLetters: queues.dead,
    edgeQueue: queues.edge,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    metrics: { record: () => {} },
    clock,
    random: () => 0.5,
    newId: () => uuidv7(),
    receiptIssuer: ISSUER,
    isStrict: true,
    rules: {
      ...RULES,
      ...(gate && { gate }),
      bucket: { bucket: 'videos', originalsPrefixes: ['uploads/', 'originals/'] },
    },
  } satisfies Ports & ListPorts;

  return {
    ports: ports as Ports & ListPorts & { edge: NonNullable<Ports['edge']> },
    queues,
    objects,
    cache,
    runs,
    edge,
    seed: seedTables(tables),
    published,
    advance: (seconds: number) => {
      now += seconds * 1000;
    },
    completeInvalidations: edge.complete,
    /** Everything that the stores hold, past the ports. */
    lines: (): Line[] => [...linesOf(tables), ...[objects, cache, runs, edge].flatMap((store) => store.lines())],
  };
}
