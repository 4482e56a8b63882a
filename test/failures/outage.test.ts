import Table from 'cli-table3';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { PortName } from '../support/memory/intercept-ports.ts';
import { DELETIONS, goThroughOutage } from '../support/outage.ts';
import { mostCalls } from '../support/outage-bounds.ts';

const STORES: PortName[] = [
  ...(['tombstones', 'rows', 'objects', 'cache', 'runs'] as const),
  ...(['edge', 'edgeQueue', 'cleanupQueue', 'events', 'signer'] as const),
];
/**
 * Two times in seconds after the first request, at which all twenty deletions are in progress: while the last of them
 * start, and, half-way through the settling, before the first of them checks whether its invalidation has completed.
 */
const { OUTAGE_SEED = '20261122' } = process.env;
const moments = fc.noBias(fc.tuple(fc.integer({ min: 95, max: 115 }), fc.integer({ min: 116, max: 450 })));
const drawn = fc.sample(moments, { numRuns: STORES.length, seed: Number(OUTAGE_SEED) });
/** The database goes down between a run that was stopped and the rows: each retry meets the run again, ended. */
const KNOWN = { store: 'rows', beginsAfter: 104 } as const;
const cases = [KNOWN, ...STORES.flatMap((store, n) => (drawn[n] ?? []).map((beginsAfter) => ({ store, beginsAfter })))];

describe('F35 an hour without one of the stores, begun in the middle of twenty deletions', () => {
  const lines: string[][] = [];
  afterAll(() => {
    const head = ['store down', 'from second', 'calls meanwhile', 'at most', 'per deletion', 'done after'];
    const table = new Table({ head, style: { head: [], border: [], compact: true } });
    table.push(...lines);
    console.log(`${table}`);
  });

  it.each(cases)(
    '$store from second $beginsAfter on: all are deleted after it, and nobody hammers it',
    async (outage) => {
      const { store, beginsAfter } = outage;
      const { world, videos, calls, waiting, doneAfter } = await goThroughOutage(store, beginsAfter);
      const most = mostCalls(store, { deletions: DELETIONS, waiting, rules: world.ports.rules });
      const each = (calls / DELETIONS).toFixed(1);
      lines.push([store, `${beginsAfter}`, `${calls}`, `${most}`, each, `${Math.round(doneAfter / 60)} min`]);

      for (const { videoId } of videos) {
        const { state, receipts, outbox } = (await world.ports.tombstones.find(videoId)) ?? {};
        expect({ state, receipts: receipts?.length, outbox }).toEqual({ state: 'deleted', receipts: 1, outbox: [] });
        expect(world.left(videoId)).toEqual({});
      }
      expect(new Set(world.published.map(({ videoId }) => videoId)).size).toBe(DELETIONS);
      expect(calls).toBeGreaterThan(0);
      expect(calls).toBeLessThanOrEqual(most);
    },
  );
});
