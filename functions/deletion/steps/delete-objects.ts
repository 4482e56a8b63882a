import type { Checkpoint, Ports } from '../ports.ts';
import type { Tombstone } from '../tombstone.ts';
import { type StepResult, total } from './step.ts';

/** Empties the video's prefix and its stray keys: every version, marker and unfinished upload. */
export async function deleteObjects(
  { objects }: Pick<Ports, 'objects'>,
  { videoId, target: { prefix, strayKeys } }: Tombstone,
  checkpoint: Checkpoint,
): Promise<StepResult> {
  const counts = await objects.deleteAll({ videoId, prefix, strayKeys }, checkpoint);
  return { counts, removed: total(counts) > 0 };
}
