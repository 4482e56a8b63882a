import { StepFailed } from '../errors.ts';
import type { Checkpoint, Ports } from '../ports.ts';
import { isOfOrphan, type Tombstone } from '../record/tombstone.ts';

/**
 * An orphan that has a row is none. Before anything of it is hidden or stopped.
 * @throws {StepFailed}
 */
export async function refuseKnownOrphan(
  { rows }: { rows: Pick<Ports['rows'], 'existing'> },
  tombstone: Tombstone,
): Promise<void> {
  const existing = isOfOrphan(tombstone) ? await rows.existing([tombstone.videoId]) : new Set();
  if (existing.size > 0) throw new StepFailed('RowFound');
}

/**
 * A checkpoint that also looks for the row of an orphan, before each batch. An orphan that has a row is none: an import
 * writes its objects first, and may write its row late. Then nothing more is deleted unless its owner or an admin asks
 * for it as well.
 */
export function guardOrphan(
  { rows }: { rows: Pick<Ports['rows'], 'existing'> },
  tombstone: Tombstone,
  checkpoint: Checkpoint,
): Checkpoint {
  if (!isOfOrphan(tombstone)) return checkpoint;
  return async (counts, changes) => {
    await checkpoint(counts, changes);
    const existing = await rows.existing([tombstone.videoId]);
    if (existing.size > 0) throw new StepFailed('RowFound', counts);
  };
}
