import { rmdir, stat, unlink } from 'node:fs/promises';
import { expand, placesIn } from '../../deletion/data-map/data-map.ts';
import { reasonOf } from '../../deletion/errors.ts';
import type { FoundKey, StorageTarget, VideoObjects } from '../../deletion/ports.ts';
import { isKept, refuseUnsafe } from '../storage-target.ts';
import { count, startTally, type Tally, throwIfFailed } from '../tally.ts';
import { type Found, findEntries, findFile, type Reports, requireRoot } from './local-tree.ts';

/** The folder of uploads and renditions, and the folder in which the platform processes them. */
export type LocalRoots = { uploads: string; processing: string };

/** How many entries are deleted between two checkpoints, at least. A page has at most as many. */
const BATCH_ENTRIES = 100;

/**
 * A video's files on a local disk. The data map names them, and stray keys are paths below the uploads. Nothing is
 * deleted through a link: neither a root nor a folder below it may be one (`LinkedFolder`). On Linux, that holds
 * whenever a link takes the place of a folder, because each folder is open while it is emptied.
 *
 * `notListed` gets `moved`: an entry vanished after it was found, or a folder was moved while it was emptied, and
 * `links`: a link to a folder stood in the video's tree. In both cases there may be files of the video elsewhere.
 */
export function createLocalFiles(roots: LocalRoots): VideoObjects {
  return {
    async deleteAll(target, checkpoint, foundKey = () => {}, notListed = new Set()) {
      const tally = startTally();
      const reports = reportsTo(tally, notListed);
      let since = BATCH_ENTRIES;
      for await (const page of filesOf(roots, target, reports, foundKey)) {
        if (since >= BATCH_ENTRIES) await checkpoint(tally.counts);
        since = since >= BATCH_ENTRIES ? page.length : since + page.length;
        for (const found of page) await deleteEntry(found, tally, { ...reports, linked: () => notListed.add('links') });
      }
      throwIfFailed(tally);
      return tally.counts;
    },
    async look(target, notListed = new Set()) {
      const { counts: found, codes } = startTally();
      for await (const page of filesOf(roots, target, reportsTo({ codes }, notListed))) {
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
  reports: Reports,
  foundKey: FoundKey = () => {},
): AsyncGenerator<Found[]> {
  refuseUnsafe(target);
  await requireRoot(roots.uploads).catch((error: unknown) => reports.failed(reasonOf(error)));
  for (const { root, pattern } of placesIn('files')) {
    yield* findEntries(roots[root], expand(pattern, target), reports);
  }
  const named = new Set(target.strayKeys);
  for (const folder of target.folders ?? []) {
    yield* ofFolder(findEntries(roots.uploads, `${folder}**`, reports), { folder, roots, target, named, foundKey });
  }
  for (const key of named) {
    for await (const page of findFile(roots.uploads, key, reports)) {
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
  const isOurs = ({ path, kind }: Found) => {
    const key = path.subarray(start).toString();
    if (kind === 'folder') return !kept.some((each) => each.startsWith(`${key}/`));
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

function reportsTo({ codes }: Pick<Tally, 'codes'>, notListed: Set<string>): Reports {
  return { failed: (code) => void codes.add(code), moved: () => void notListed.add('moved') };
}

async function deleteEntry(found: Found, tally: Tally, reports: Reports & { linked(): void }): Promise<void> {
  try {
    if (found.kind === 'link' && (await leadsToFolder(found))) reports.linked();
    await (found.kind === 'folder' ? rmdir(found.at) : unlink(found.at));
    countFile(tally.counts, found);
  } catch (error) {
    const code = reasonOf(error);
    if (code === 'ENOENT') reports.moved();
    else tally.codes.add(code);
  }
}

async function leadsToFolder({ at }: Found): Promise<boolean> {
  const stats = await stat(at).catch(() => undefined);
  return stats?.isDirectory() ?? false;
}

function countFile(counts: Tally['counts'], { kind, bytes }: Found): void {
  if (kind === 'folder') return;
  count(counts, 'files', 1);
  count(counts, 'bytes', bytes);
}
