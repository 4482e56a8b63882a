import { total } from '../../counts.ts';
import { reasonOf, StepFailed } from '../../errors.ts';
import { guardOrphan } from '../../orphans/guard-orphan.ts';
import type { Checkpoint, Ports, StorageTarget } from '../../ports.ts';
import { isClosed } from '../../record/gate.ts';
import type { StepResult } from '../../record/step-record.ts';
import type { Target, Tombstone } from '../../record/tombstone.ts';
import { keysOfOthers } from '../other-videos.ts';

/**
 * Deletes everything under the video's prefix, and its stray keys: every version, delete marker and unfinished upload.
 * What another video needs as well stays, and is counted. If there is a gate, it must be closed before the first object
 * is deleted.
 */
export async function deleteObjects(
  ports: Pick<Ports, 'objects' | 'rules' | 'rows' | 'tombstones'>,
  tombstone: Tombstone,
  checkpoint: Checkpoint,
): Promise<StepResult<'deleteObjects'>> {
  const { objects, rules } = ports;
  if (rules.gate && !isClosed(tombstone)) throw new StepFailed('GateNotClosed');
  const { target } = tombstone;
  const [asked] = await Promise.allSettled([keysOfOthers(ports, tombstone)]);
  const guarded = guardOrphan(ports, tombstone, checkpoint);
  if (asked.status === 'rejected') return await deletePrefixAlone(ports, tombstone, guarded, asked.reason);
  const others = asked.value;
  const folders = foldersFor(tombstone);
  const found = new Set<string>();
  const kept = oneOfEach(target, others.strayKeys);
  const notListed = new Set<string>();
  const changes = () => ({ target: withFound(target, { found, kept }) });
  const counts = await objects.deleteAll(
    storageTargetOf(tombstone, others, folders),
    (removed) => guarded(removed, changes()),
    (key, isKept) => (isKept ? kept : found).add(key),
    notListed,
  );
  return {
    counts,
    changed: total(counts) > 0,
    changes: {
      target: withoutOthers(target, changes().target, new Set([...found, ...kept])),
      notListed: notListed.size > 0 ? [...notListed].sort() : undefined,
    },
  };
}

/** What lies under the prefix is nobody else's. The rest waits until the database says what others need. */
async function deletePrefixAlone(
  { objects }: Pick<Ports, 'objects'>,
  { videoId, ownerId, target: { prefix } }: Tombstone,
  checkpoint: Checkpoint,
  cause: unknown,
): Promise<never> {
  const counts = await objects.deleteAll({ videoId, ownerId, prefix, strayKeys: [] }, checkpoint);
  throw new StepFailed(reasonOf(cause), counts, { cause });
}

/** Where storage may hold something of the video, as its tombstone names it, without what others need as well. */
export function storageTargetOf(
  { videoId, ownerId, target: { prefix, strayKeys } }: Tombstone,
  others: Awaited<ReturnType<typeof keysOfOthers>>,
  folders: string[] | undefined,
): StorageTarget {
  return {
    videoId,
    ownerId,
    prefix,
    strayKeys: strayKeys.filter((key) => !others.strayKeys.has(key)),
    ...(folders && { folders }),
    ...(others.named.length > 0 && { others: others.named }),
  };
}

/**
 * Own folders that the row names nothing in hold nothing, as a rule. They are looked at once, by the last check, and
 * emptied if it finds something there: a listing is the most expensive call of a deletion.
 */
function foldersFor({ state, target: { strayKeys, folders } }: Tombstone): string[] | undefined {
  if (state === 'settling') return folders;
  return folders?.filter((folder) => strayKeys.some((key) => key.startsWith(folder)));
}

/** Of each value the first reading that is among the keys: it stands for the value, whichever of them exists. */
function oneOfEach({ sought = [] }: Target, keys: ReadonlySet<string>): Set<string> {
  const ofValues = sought.map((readings) => readings.filter((key) => keys.has(key)));
  const further = new Set(ofValues.flatMap(([, ...rest]) => rest));
  return new Set([...keys].filter((key) => !further.has(key)));
}

/**
 * Every reading was listed. Of a value that was found, the readings that do not exist need not be looked for again, and
 * the edge has no copy of them.
 */
function withoutOthers({ sought = [] }: Target, target: Target, found: ReadonlySet<string>): Target {
  const wanted = new Set([...found, ...(target.sought ?? []).flat()]);
  const others = new Set(sought.flat().filter((key) => !wanted.has(key)));
  return { ...target, strayKeys: target.strayKeys.filter((key) => !others.has(key)) };
}

/** A value of the row is found once any of its readings is. */
function withFound(
  { sought, kept: _, ...target }: Target,
  { found, kept }: Record<'found' | 'kept', ReadonlySet<string>>,
): Target {
  const isThere = (key: string) => found.has(key) || kept.has(key);
  const filled = [...new Set([...(target.filled ?? []), ...(target.folders ?? []).filter((key) => found.has(key))])];
  const left = sought?.filter((readings) => !readings.some(isThere)) ?? [];
  return {
    ...target,
    ...(left.length > 0 && { sought: left }),
    ...(kept.size > 0 && { kept: kept.size }),
    ...(filled.length > 0 && { filled }),
  };
}
