import type { Ports } from '../../ports.ts';
import type { StepResult } from '../../record/step-record.ts';
import type { Tombstone } from '../../record/tombstone.ts';
import { invalidateCopies } from './hide.ts';
import { SKIPPED } from './skipped.ts';

/** Deletes the cached copies once more. The rows are deleted now, so no reader can load them again. */
export async function invalidateCache(
  { cache }: Pick<Ports, 'cache'>,
  tombstone: Tombstone,
): Promise<StepResult<'invalidateCache'>> {
  if (!cache) return SKIPPED;
  const counts = await invalidateCopies(cache, tombstone);
  const listsPages = counts.pages + (tombstone.steps.hide.counts.pages ?? 0) > 0;
  if (!listsPages) await cache.ageFeeds();
  return { counts, changed: counts.keys + counts.pages > 0 };
}
