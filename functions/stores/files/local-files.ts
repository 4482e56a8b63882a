import { rmdir, unlink } from 'node:fs/promises';
import { expand, placesIn } from '../../deletion/data-map/data-map.ts';
import { type FailureCode, reasonOf } from '../../deletion/errors.ts';
import { inBatches } from '../../deletion/in-batches.ts';
import type { FoundKey, StorageTarget, VideoObjects } from '../../deletion/ports.ts';
import { isKept, refuseUnsafe } from '../storage-target.ts';
import { count, startTally, type Tally, throwIfFailed } from '../tally.ts';
import { type Found, findEntries, findFile, requireRoot } from './local-tree.ts';

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
  await requireRoot(roots.uploads).catch((error: unknown) => codes.add(reasonOf(error)));
  for (const { root, pattern } of placesIn('files')) {
    yield* findEntries(roots[root], expand(pattern, target), (code) => codes.add(code));
  }
  const named = new Set(target.strayKeys);
  const fail = (code: FailureCode) => void codes.add(code);
  for (const folder of target.folders ?? []) {
    yield* ofFolder(findEntries(roots.uploads, `${folder}**`, fail), { folder, roots, target, named, foundKey });
  }
  for (const key of named) {
    for await (const page of findFile(roots.uploads, key, fail)) {
      foundKey(key);
      yield page;
    }
  }
}

type Folder = { folder: string; roots: LocalRoots; target: StorageTarget; named: Set<string>; foundKey: FoundKey };

/**
 * The entries of the video's own folder, but for those that name another video, and the folders that hold them. Named
 * keys that are found here need not be looked for again.
 */
async function* ofFolder(
  pages: AsyncIterable<Found[]>,
  { folder, roots, target, named, foundKey }: Folder,
): AsyncGenerator<Found[]> {
  const kept: string[] = [];
  const start = Buffer.byteLength(roots.uploads) + 1;
  const isOurs = ({ path, isFolder }: Found) => {
    const key = path.subarray(start).toString();
    if (isFolder) return !kept.some((each) => each.startsWith(`${key}/`));
    const isNamed = named.delete(key);
    if (isNamed) foundKey(key);
    if (!isKept(key, target)) {
      if (!isNamed) foundKey(folder);
      return true;
    }
    kept.push(key);
    foundKey(key, true);
    return false;
  };
  for await (const page of pages) yield page.filter(isOurs);
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
