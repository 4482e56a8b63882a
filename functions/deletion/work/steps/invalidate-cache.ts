import type { Ports } from '../../ports.ts';
import type { Tombstone } from '../../record/tombstone.ts';
import { invalidateCopies } from './hide.ts';
import { SKIPPED, type StepResult } from './step.ts';

/** Deletes the cached copies once more, now that the rows are gone and no reader can load them again. */
export async function invalidateCache({ cache }: Pick<Ports, 'cache'>, tombstone: Tombstone): Promise<StepResult> {
  if (!cache) return SKIPPED;
  const counts = await invalidateCopies(cache, tombstone);
  const listsPages = counts.pages + (tombstone.steps.hide.counts.pages ?? 0) > 0;
  if (!listsPages) await cache.ageFeeds();
  return { counts, removed: counts.keys + counts.pages > 0 };
}
