import { rmdir, unlink } from 'node:fs/promises';
import { expand, placesIn } from '../../deletion/data-map/data-map.ts';
import { reasonOf } from '../../deletion/errors.ts';
import type { StorageTarget, VideoObjects } from '../../deletion/ports.ts';
import { inBatches } from '../in-batches.ts';
import { count, type Removal, startRemoval, throwIfFailed } from '../removal.ts';
import { refuseUnsafe } from '../storage-target.ts';
import { type Found, findEntries } from './local-tree.ts';

/** The folders in which the platform keeps uploads and their renditions, and in which it works on them. */
export type LocalRoots = { uploads: string; processing: string };

/** Entries between two looks at whether to go on. */
const BATCH_ENTRIES = 100;

/**
 * A video's files where the platform keeps them on a disk. The data map names them; stray keys are ignored, for what a
 * row's URLs name here is among them. Nothing is deleted through a link: neither the roots nor the folders between may
 * be one (`LinkedFolder`).
 */
export function createLocalFiles(roots: LocalRoots): VideoObjects {
  return {
    async deleteAll(target, checkpoint) {
      const removal = startRemoval();
      for await (const batch of inBatches(filesOf(roots, target, removal), () => BATCH_ENTRIES)) {
        await checkpoint(removal.removed);
        for (const found of batch) await deleteEntry(found, removal);
      }
      throwIfFailed(removal);
      return removal.removed;
    },
    async look(target) {
      const { removed: found, codes } = startRemoval();
      for await (const page of filesOf(roots, target, { removed: found, codes })) {
        for (const entry of page) countFile(found, entry);
      }
      throwIfFailed({ removed: {}, codes });
      return found;
    },
  };
}

async function* filesOf(roots: LocalRoots, target: StorageTarget, { codes }: Removal): AsyncGenerator<Found[]> {
  refuseUnsafe(target);
  for (const { root, pattern } of placesIn('files')) {
    yield* findEntries(roots[root], expand(pattern, target), (code) => codes.add(code));
  }
}

async function deleteEntry(found: Found, removal: Removal): Promise<void> {
  try {
    await (found.isFolder ? rmdir(found.path) : unlink(found.path));
    countFile(removal.removed, found);
  } catch (error) {
    const code = reasonOf(error);
    if (code !== 'ENOENT') removal.codes.add(code);
  }
}

function countFile(counts: Removal['removed'], { isFolder, bytes }: Found): void {
  if (isFolder) return;
  count(counts, 'files', 1);
  count(counts, 'bytes', bytes);
}
