import { rmdir, unlink } from 'node:fs/promises';
import { expand, placesIn } from '../../deletion/data-map/data-map.ts';
import { reasonOf } from '../../deletion/errors.ts';
import { inBatches } from '../../deletion/in-batches.ts';
import type { FoundKey, StorageTarget, VideoObjects } from '../../deletion/ports.ts';
import { refuseUnsafe } from '../storage-target.ts';
import { count, startTally, type Tally, throwIfFailed } from '../tally.ts';
import { type Found, findEntries, findFile } from './local-tree.ts';

/** The folder of uploads and renditions, and the folder in which the platform processes them. */
export type LocalRoots = { uploads: string; processing: string };

/** How many entries are deleted between two checkpoints. */
const BATCH_ENTRIES = 100;

/**
 * A video's files on a local disk. The data map names them, and stray keys are paths below the uploads. Nothing is
 * deleted through a link: neither a root nor a folder below it may be one
 * (`LinkedFolder`).
 */
export function createLocalFiles(roots: LocalRoots): VideoObjects {
  return {
    async deleteAll(target, checkpoint, foundKey = () => {}) {
      const tally = startTally();
      for await (const batch of inBatches(filesOf(roots, target, tally, foundKey), () => BATCH_ENTRIES)) {
        await checkpoint(tally.counts);
        for (const found of batch) await deleteEntry(found, tally);
      }
      throwIfFailed(tally);
      return tally.counts;
    },
    async look(target) {
      const { counts: found, codes } = startTally();
      for await (const page of filesOf(roots, target, { counts: found, codes })) {
        for (const entry of page) countFile(found, entry);
      }
      throwIfFailed({ counts: {}, codes });
      return found;
    },
  };
}

async function* filesOf(
  roots: LocalRoots,
  target: StorageTarget,
  { codes }: Tally,
  foundKey: FoundKey = () => {},
): AsyncGenerator<Found[]> {
  refuseUnsafe(target);
  for (const { root, pattern } of placesIn('files')) {
    yield* findEntries(roots[root], expand(pattern, target), (code) => codes.add(code));
  }
  for (const key of target.strayKeys) {
    for await (const page of findFile(roots.uploads, key, (code) => codes.add(code))) {
      foundKey(key);
      yield page;
    }
  }
}

async function deleteEntry(found: Found, tally: Tally): Promise<void> {
  try {
    await (found.isFolder ? rmdir(found.path) : unlink(found.path));
    countFile(tally.counts, found);
  } catch (error) {
    const code = reasonOf(error);
    if (code !== 'ENOENT') tally.codes.add(code);
  }
}

function countFile(counts: Tally['counts'], { isFolder, bytes }: Found): void {
  if (isFolder) return;
  count(counts, 'files', 1);
  count(counts, 'bytes', bytes);
}
