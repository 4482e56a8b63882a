import type { Counts } from '../counts.ts';
import { deletedTables } from '../data-map/data-map.ts';
import type { MetricName, Metrics } from '../ports.ts';
import type { StepName } from '../record/steps.ts';
import type { State } from '../record/tombstone.ts';

/** One run of a step. `gained`: what it deleted or found, by kind. */
export type StepRun = { name: StepName; gained: Counts; milliseconds: number; isFailure: boolean; during: State };

type Figure = Parameters<Metrics['record']>;
type Kinds = { but: readonly string[] } | { only: readonly string[] };

/**
 * Residue is what verify finds after all stores were empty once, and what the last invalidation of the cache deletes.
 * The owner's keys are not residue. A run is not an object, row or key, so it does not count.
 */
const RESIDUE: Partial<Record<StepName, Kinds>> = {
  verify: { but: ['bytes', 'running'] },
  invalidateCache: { only: ['keys', 'pages'] },
};

/**
 * Collects the figures of a pass until the pass is written. Another worker repeats the work that was never written, so
 * that work must not count twice.
 */
export function collectFigures(metrics: Metrics) {
  let unwritten: Figure[] = [];
  return {
    add(run: StepRun): void {
      unwritten.push(...figuresOf(run));
    },
    /** Records the figures added since the last call. */
    record(): void {
      const written = unwritten;
      unwritten = [];
      for (const figure of written) metrics.record(...figure);
    },
  };
}

/** Leaves out figures of 0. */
function figuresOf({ name, gained, milliseconds, isFailure, during }: StepRun): Figure[] {
  const figures: Figure[] = [['StepTime', milliseconds, name]];
  if (isFailure) figures.push(['StepFailures', 1, name]);
  const add = (figure: MetricName, value: number) => void (value > 0 && figures.push([figure, value]));
  if (name === 'deleteObjects') {
    add('ObjectsDeleted', sum(gained, { but: ['bytes'] }));
    add('BytesDeleted', sum(gained, { only: ['bytes'] }));
  }
  if (name === 'deleteRows') add('RowsDeleted', sum(gained, { only: deletedTables().map(({ table }) => table) }));
  const residue = RESIDUE[name];
  if (residue && during === 'settling') add('ResidueFound', sum(gained, residue));
  return figures;
}

function sum(counts: Counts, kinds: Kinds): number {
  const isMeant = (kind: string) => ('but' in kinds ? !kinds.but.includes(kind) : kinds.only.includes(kind));
  return Object.entries(counts).reduce((total, [kind, count]) => (isMeant(kind) ? total + count : total), 0);
}
