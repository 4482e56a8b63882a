import { inGroups } from '../in-groups.ts';
import type { VideoId } from '../video-id.ts';
import { kindBeside, type Orphan, type OrphanPorts, TOGETHER } from './orphan.ts';

/** A file under a prefix of originals: the ids that its name has, and when it was written. */
export type StoredOriginal = { key: string; ids: readonly VideoId[]; writtenAt: Date };

/**
 * `orphan`: nobody knows any of the ids in the key. `residue`: the video was deleted, and the file is there again. They
 * are only reported: a row of another video may name such a file.
 */
export type LostOriginal = Pick<Orphan, 'kind'> & { key: string; writtenAt: string };

/** The lost ones of these originals, if they are old enough. A file whose name has no id is nobody's to judge. */
export async function lostAmong(
  { videos, tombstones, clock }: Pick<OrphanPorts, 'videos' | 'tombstones' | 'clock'>,
  originals: readonly StoredOriginal[],
  { minAgeSeconds }: { minAgeSeconds: number },
): Promise<LostOriginal[]> {
  const before = new Date(clock().getTime() - minAgeSeconds * 1000);
  const named = originals.filter(({ ids, writtenAt }) => ids.length > 0 && writtenAt <= before);
  if (named.length === 0) return [];
  const existing = await videos.existing([...new Set(named.flatMap(({ ids }) => ids))]);
  const doubtful = named.filter(({ ids }) => !ids.some((id) => existing.has(id)));
  const found = await inGroups(doubtful, TOGETHER, async ({ key, ids, writtenAt }): Promise<LostOriginal[]> => {
    const kinds = await Promise.all(ids.map((id) => kindBeside({ tombstones }, id, existing)));
    // An id of somebody else, such as the owner's, says nothing. A deletion that goes on says that it will be gone.
    if (kinds.includes(undefined)) return [];
    return [{ key, kind: kinds.includes('residue') ? 'residue' : 'orphan', writtenAt: writtenAt.toISOString() }];
  });
  return found.flat();
}
