import type { Checkpoint } from '../../deletion/ports.ts';
import { inBatches } from '../in-batches.ts';
import { count, type Removal } from '../removal.ts';
import { BATCH_KEYS, deleteBatch, type PacedBucket } from './delete-batch.ts';
import type { Entry } from './listing.ts';

/** Refused versions that are remembered, to be looked at for a lock with two requests each. */
const LOCK_SAMPLE = 20;

/** A removal that tells versions that were refused, and may be locked, from other failures. */
export type EntryRemoval = Removal & { refusedVersions: Entry[] };

/**
 * Deletes what the pages list, while they are still being listed, in full batches, as many at a time and as fast as the pace
 * allows; pages that fit one request go with one. What cannot be deleted goes to the removal. Throws what `checkpoint` and the
 * pages throw: then no new batch starts, and those under way settle and are counted first, in the very counts that the
 * checkpoint was given.
 */
export async function deleteEntries(
  bucket: PacedBucket,
  pages: AsyncIterable<Entry[]>,
  removal: EntryRemoval,
  checkpoint: Checkpoint,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  try {
    for await (const batch of inBatches(pages, () => Math.min(BATCH_KEYS, bucket.pace.keysAtOnce))) {
      while (underWay.size >= bucket.pace.atOnce) await Promise.race(underWay);
      await bucket.pace.turn(batch.length);
      await checkpoint(removal.removed);
      const deletion = deleteAndRecord(bucket, batch, removal).finally(() => underWay.delete(deletion));
      underWay.add(deletion);
    }
  } finally {
    await Promise.all(underWay);
  }
}

async function deleteAndRecord(bucket: PacedBucket, batch: readonly Entry[], removal: EntryRemoval): Promise<void> {
  const refusals = await deleteBatch(bucket, batch);
  const refused = new Set(refusals.map(({ entry }) => entry));
  for (const entry of batch) if (!refused.has(entry)) countEntry(removal, entry);
  for (const { entry, code } of refusals) {
    const isLockable = entry.versionId !== undefined && entry.kind !== 'deleteMarkers';
    if (code !== 'AccessDenied' || !isLockable) removal.codes.add(code);
    else if (removal.refusedVersions.length < LOCK_SAMPLE) removal.refusedVersions.push(entry);
  }
}

/** Adds one entry, and its bytes, to what was removed or found. */
export function countEntry({ removed }: Pick<Removal, 'removed'>, { kind, bytes }: Entry): void {
  count(removed, kind, 1);
  count(removed, 'bytes', bytes);
}
