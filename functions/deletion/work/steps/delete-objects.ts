import { total } from '../../counts.ts';
import { StepFailed } from '../../errors.ts';
import type { Checkpoint, Ports } from '../../ports.ts';
import { isClosed } from '../../record/gate.ts';
import type { StepResult } from '../../record/step-record.ts';
import type { Tombstone } from '../../record/tombstone.ts';

/**
 * Deletes everything under the video's prefix, and its stray keys: every version, delete marker and unfinished upload.
 * If there is a gate, it must be closed before the first object is deleted.
 */
export async function deleteObjects(
  { objects, rules }: Pick<Ports, 'objects' | 'rules'>,
  tombstone: Tombstone,
  checkpoint: Checkpoint,
): Promise<StepResult<'deleteObjects'>> {
  if (rules.gate && !isClosed(tombstone)) throw new StepFailed('GateNotClosed');
  const { videoId, target } = tombstone;
  const { prefix, strayKeys } = target;
  const counts = await objects.deleteAll({ videoId, prefix, strayKeys }, checkpoint);
  return { counts, changed: total(counts) > 0 };
}
