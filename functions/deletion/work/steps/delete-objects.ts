import { total } from '../../counts.ts';
import { StepFailed } from '../../errors.ts';
import type { Checkpoint, Ports } from '../../ports.ts';
import { isClosed } from '../../record/gate.ts';
import type { StepResult } from '../../record/step-record.ts';
import type { Target, Tombstone } from '../../record/tombstone.ts';

/**
 * Deletes everything under the video's prefix, and its stray keys: every version, delete marker and unfinished upload.
 * If there is a gate, it must be closed before the first object is deleted.
 */
export async function deleteObjects(
  { objects, rules }: Pick<Ports, 'objects' | 'rules'>,
  tombstone: Tombstone,
  checkpoint: Checkpoint,
): Promise<StepResult<'deleteObjects'>> {
  if (rules.gate && !isClosed(tombstone)) throw new StepFailed('GateNotClosed');
  const { videoId, ownerId, target } = tombstone;
  const { prefix, strayKeys } = target;
  const folders = foldersFor(tombstone);
  const found = new Set<string>();
  const kept = new Set<string>();
  const notListed = new Set<string>();
  const changes = () => ({ target: withFound(target, { found, kept }) });
  const counts = await objects.deleteAll(
    { videoId, ownerId, prefix, strayKeys, ...(folders && { folders }) },
    (removed) => checkpoint(removed, changes()),
    (key, isKept) => (isKept ? kept : found).add(key),
    notListed,
  );
  return {
    counts,
    changed: total(counts) > 0,
    changes: {
      target: withoutOthers(target, changes().target, found),
      notListed: notListed.size > 0 ? [...notListed].sort() : undefined,
    },
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
