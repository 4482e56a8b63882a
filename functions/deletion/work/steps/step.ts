import type { Counts } from '../../errors.ts';
import type { StepName, Tombstone } from '../../record/tombstone.ts';

/** What a step did. */
export type StepResult = {
  /** By kind, how many it removed, stopped or found; zero kinds may be left out. */
  counts: Counts;
  /** It removed something: the steps that build on it must look again. */
  removed: boolean;
  /** The store is not part of this environment. */
  skipped?: boolean;
  /** What the tombstone has to remember besides. */
  changes?: Partial<Pick<Tombstone, 'target' | 'hidden' | 'hiddenAt'>>;
  /** Steps whose work came undone and that must run again. */
  reopens?: StepName[];
};

/** A store that this environment does not have holds nothing. */
export const SKIPPED: StepResult = { counts: {}, removed: false, skipped: true };

/** The sum of two counts, kind by kind. */
export function plusCounts(a: Counts, b: Counts): Counts {
  const sum = { ...a };
  for (const [kind, count] of Object.entries(b)) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}

/** How many there are in all. */
export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
