import type { Ports } from '../../ports.ts';
import type { StepResult } from '../../record/step-record.ts';
import type { Tombstone } from '../../record/tombstone.ts';
import { ageFeeds, invalidateCopies } from './hide.ts';
import { SKIPPED } from './skipped.ts';

/** Deletes the cached copies once more. The rows are deleted now, so no reader can load them again. */
export async function invalidateCache(
  { cache }: Pick<Ports, 'cache'>,
  tombstone: Tombstone,
): Promise<StepResult<'invalidateCache'>> {
  if (!cache) return SKIPPED;
  const copies = await invalidateCopies(cache, tombstone);
  const { keys = 0, pages = 0 } = copies.counts;
  const listsPages = pages + (tombstone.steps.hide.counts.pages ?? 0) > 0;
  if (!listsPages) await ageFeeds(cache, copies);
  return { ...copies, changed: keys + pages > 0 };
}
