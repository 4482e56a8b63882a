import { cacheKeysOf, feedPagesKeyOf, placesIn } from '../../data-map/data-map.ts';
import type { Counts } from '../../errors.ts';
import type { Ports } from '../../ports.ts';
import { copiesEndAt } from '../../record/gate.ts';
import type { StepName, Tombstone } from '../../record/tombstone.ts';
import type { Rules } from '../../rules.ts';
import { countRunning } from '../find-runs.ts';
import { type StepResult, total } from './step.ts';

/** Tables that are not ours to empty: they follow once the platform, or the sweeper, derives them anew. */
const DERIVED: readonly string[] = placesIn('rows').flatMap(({ action, table }) =>
  action === 'refresh' ? [table] : [],
);

/**
 * Looks again in every store. What it finds reopens the step that should have removed it; nothing found anywhere is the
 * only way to be done. Storage, where a look is what a deletion pays most for, and runs, which Step Functions describes 15 of a
 * second, are looked at when it settles: until then, each removal and each stop was confirmed by the store a moment ago.
 */
export async function verify(
  ports: Pick<Ports, 'runs' | 'objects' | 'rows' | 'cache'>,
  tombstone: Tombstone,
): Promise<StepResult> {
  const { videoId, target } = tombstone;
  const isLast = tombstone.state === 'settling';
  const [running, objects, rows, cache] = await Promise.all([
    ports.runs && isLast
      ? countRunning(ports.runs, { videoId, known: target.runs, byName: target.runsByName ?? false })
      : 0,
    isLast ? ports.objects.look({ videoId, prefix: target.prefix, strayKeys: target.strayKeys }) : {},
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
    removed: false,
    reopens: left.map(([name]) => name),
  };
}

/** What the deletion still waits for though everything of ours is done. */
export async function waitsFor(
  { rows, edgeQueue, clock, rules }: Pick<Ports, 'rows' | 'edgeQueue' | 'clock' | 'rules'>,
  tombstone: Tombstone,
): Promise<string[]> {
  const left = await rows.look(tombstone.videoId);
  const derived = DERIVED.filter((table) => (left[table] ?? 0) > 0);
  return edgeQueue && !isEdgeClear(tombstone, rules, clock()) ? ['edge', ...derived] : derived;
}

/** True when no copy from before is served any more: they were invalidated or, behind a gate, have ended. */
function isEdgeClear(tombstone: Tombstone, rules: Rules, now: Date): boolean {
  const endAt = copiesEndAt(tombstone, rules);
  return endAt ? endAt <= now : isEdgeDone(tombstone);
}

/** True when an invalidation that answers the last request has completed. */
export function isEdgeDone({ edge, steps }: Pick<Tombstone, 'edge' | 'steps'>): boolean {
  return edge?.completedAt !== undefined && edge.request === steps.invalidateEdge.counts.requests;
}

function withoutDerived(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([table]) => !DERIVED.includes(table)));
}
