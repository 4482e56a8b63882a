import type { Counts } from '../counts.ts';
import { StepFailed } from '../errors.ts';
import type { Checkpoint, Ports } from '../ports.ts';
import { isOfOrphan, type Tombstone } from '../record/tombstone.ts';

type RowPorts = { rows: Pick<Ports['rows'], 'existing'> };

/**
 * An orphan that has a row is none: an import writes its objects first, and may write its row late. Nothing (more) of
 * it is hidden, stopped or deleted then, unless its owner or an admin asks for that as well.
 * @param counts what the step has deleted so far
 * @throws {StepFailed} `RowFound`
 */
export async function refuseKnownOrphan({ rows }: RowPorts, tombstone: Tombstone, counts: Counts = {}): Promise<void> {
  if (!isOfOrphan(tombstone)) return;
  const existing = await rows.existing([tombstone.videoId]);
  if (existing.size > 0) throw new StepFailed('RowFound', counts);
}

/** A checkpoint that also looks for the row of an orphan, before each batch. */
export function guardOrphan(ports: RowPorts, tombstone: Tombstone, checkpoint: Checkpoint): Checkpoint {
  return async (counts, changes) => {
    await checkpoint(counts, changes);
    await refuseKnownOrphan(ports, tombstone, counts);
  };
}
