import { isRefusal } from '../../deletion/errors.ts';
import { inBatches } from '../../deletion/in-batches.ts';
import type { Checkpoint } from '../../deletion/ports.ts';
import { count, type Tally } from '../tally.ts';
import { BATCH_KEYS, deleteBatch, type PacedBucket } from './delete-batch.ts';
import type { Entry } from './listing.ts';

/** How many refused versions are checked for a lock. Each check takes two requests. */
const LOCK_SAMPLE = 20;

/** A tally that keeps versions that were refused, and may be locked, apart from other failures. */
export type EntryTally = Tally & { refusedVersions: Entry[] };

/**
 * Deletes the entries of the pages while the listing continues. Batches are full; the pace says how many run at the
 * same time, and how fast. Records in the tally what cannot be deleted. Throws what `checkpoint` and the pages throw:
 * then no new batch starts, and the running batches finish first. They are still counted, in the same object that the
 * checkpoint was given.
 */
export async function deleteEntries(
  bucket: PacedBucket,
  pages: AsyncIterable<Entry[]>,
  tally: EntryTally,
  checkpoint: Checkpoint,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  try {
    for await (const batch of inBatches(pages, () => keysInABatch(bucket))) {
      while (underWay.size >= bucket.pace.atOnce) await Promise.race(underWay);
      await bucket.pace.turn(batch.length);
      await checkpoint(tally.counts);
      const deletion = deleteAndRecord(bucket, batch, tally).finally(() => underWay.delete(deletion));
      underWay.add(deletion);
    }
  } finally {
    await Promise.all(underWay);
  }
}

function keysInABatch({ batches, pace }: PacedBucket): number {
  return Math.min(batches.most > 1 ? batches.most : BATCH_KEYS, pace.keysAtOnce);
}

async function deleteAndRecord(bucket: PacedBucket, batch: readonly Entry[], tally: EntryTally): Promise<void> {
  const refusals = await deleteBatch(bucket, batch);
  const refused = new Set(refusals.map(({ entry }) => entry));
  for (const entry of batch) if (!refused.has(entry)) countEntry(tally, entry);
  for (const { entry, code } of refusals) {
    tally.atLeast ||= !isRefusal(code);
    const isLockable = entry.versionId !== undefined && entry.kind !== 'deleteMarkers';
    if (code !== 'AccessDenied' || !isLockable) tally.codes.add(code);
    else if (tally.refusedVersions.length < LOCK_SAMPLE) tally.refusedVersions.push(entry);
  }
}

/** Counts one entry and its bytes. */
export function countEntry({ counts }: Pick<Tally, 'counts'>, { kind, bytes }: Entry): void {
  count(counts, kind, 1);
  count(counts, 'bytes', bytes);
}
