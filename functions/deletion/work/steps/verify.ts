import { type Counts, total } from '../../counts.ts';
import { cacheKeysOf, derivedTables, feedPagesKeyOf } from '../../data-map/data-map.ts';
import type { Ports } from '../../ports.ts';
import { copiesEndAt, isEdgeDone } from '../../record/gate.ts';
import type { StepResult } from '../../record/step-record.ts';
import type { StepName } from '../../record/steps.ts';
import type { Tombstone } from '../../record/tombstone.ts';
import type { Rules } from '../../rules.ts';
import { countRunning } from '../find-runs.ts';
import { keysOfOthers } from '../other-videos.ts';
import { storageTargetOf } from './delete-objects.ts';

/**
 * Checks every store again. If it finds anything, it reopens the step that should have deleted it. A deletion is done
 * only when nothing is found anywhere. Storage and runs are checked only when the deletion settles: a listing is the
 * most expensive call of a deletion, and Step Functions allows 15 descriptions of runs a second. In the first pass,
 * each store has just confirmed every delete and every stop.
 */
export async function verify(
  ports: Pick<Ports, 'runs' | 'objects' | 'rows' | 'cache' | 'tombstones' | 'rules'>,
  tombstone: Tombstone,
): Promise<StepResult<'verify'>> {
  const { videoId, target } = tombstone;
  const isLast = tombstone.state === 'settling';
  const notListed = new Set(tombstone.notListed);
  const [running, objects, rows, cache] = await Promise.all([
    ports.runs && isLast
      ? countRunning(ports.runs, {
          videoId,
          known: target.runs,
          byName: target.runsByName ?? false,
          shared: target.sharedRuns,
        })
      : 0,
    isLast ? lookInStorage(ports, tombstone, notListed) : {},
    ports.rows.look(videoId),
    ports.cache?.look(cacheKeysOf(videoId), feedPagesKeyOf(videoId)) ?? {},
  ]);
  const found: [StepName, Counts][] = [
    ['cancelRuns', { running }],
    ['deleteObjects', objects],
    ['deleteRows', withoutDerived(rows)],
    ['invalidateCache', cache],
  ];
  const left = found.filter(([, counts]) => total(counts) > 0);
  return {
    counts: Object.assign({}, ...left.map(([, counts]) => counts)),
    changed: false,
    ...(notListed.size > 0 && { changes: { notListed: [...notListed].sort() } }),
    reopens: left.map(([name]) => name),
    found: Object.fromEntries(left.map(([name, { bytes: _, ...counts }]) => [name, total(counts)])),
  };
}

/** Asks once more what others need: a row that named a key may be gone, and another may name one since. */
async function lookInStorage(
  ports: Pick<Ports, 'objects' | 'rows' | 'tombstones' | 'rules'>,
  tombstone: Tombstone,
  notListed: Set<string>,
): Promise<Counts> {
  const others = await keysOfOthers(ports, tombstone);
  return await ports.objects.look(storageTargetOf(tombstone, others, tombstone.target.folders), notListed);
}

/** What the deletion still waits for after all its steps are done. */
export async function waitsFor(
  { rows, edgeQueue, clock, rules }: Pick<Ports, 'rows' | 'edgeQueue' | 'clock' | 'rules'>,
  tombstone: Tombstone,
): Promise<string[]> {
  const left = await rows.look(tombstone.videoId);
  const derived = namesOfDerived().filter((table) => (left[table] ?? 0) > 0);
  return edgeQueue && !isEdgeClear(tombstone, rules, clock()) ? ['edge', ...derived] : derived;
}

/** True when the edge serves no earlier copy any more: the copies were invalidated or, behind a gate, have expired. */
function isEdgeClear(tombstone: Tombstone, rules: Rules, now: Date): boolean {
  const endAt = copiesEndAt(tombstone, rules);
  return endAt ? endAt <= now : isEdgeDone(tombstone);
}

/** The tables that we do not empty: the platform or the sweeper refreshes them. */
function namesOfDerived(): string[] {
  return derivedTables().map(({ table }) => table);
}

function withoutDerived(counts: Counts): Counts {
  const derived = namesOfDerived();
  return Object.fromEntries(Object.entries(counts).filter(([table]) => !derived.includes(table)));
}
