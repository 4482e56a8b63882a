import { ObjectsLocked } from '../../../functions/deletion/errors.ts';
import type { Clock, StorageTarget, VideoObjects } from '../../../functions/deletion/ports.ts';
import { isKept, refuseUnsafe } from '../../../functions/stores/storage-target.ts';
import { count, startTally, type Tally, throwIfFailed } from '../../../functions/stores/tally.ts';
import type { Line } from './line.ts';

type Entry = { key: string; form: 'version' | 'marker' | 'upload'; bytes: number; id: number };
type Kind = 'objects' | 'versions' | 'deleteMarkers' | 'uploads';

/** Stands for a legal hold, which has no end. */
const FOREVER = new Date(8.64e15);

/** A bucket with versions, and the way into it past the port. */
export type MemoryObjects = VideoObjects & {
  /** Writes an object: over an older version, if there is one. */
  put(key: string, bytes?: number): void;
  /** Deletes as a plain `DELETE` does: a marker comes on top and no byte goes. */
  mark(key: string): void;
  /** Begins a multipart upload that is never completed. */
  upload(key: string): void;
  /** Protects every version of the key until then; without a time, as a legal hold does, until `unlock`. */
  lock(key: string, until?: Date): void;
  unlock(key: string): void;
  /** Refuses to delete anything of the key, until the returned function is called. */
  refuse(key: string): () => void;
  /** The key of each version, marker and upload. */
  keys(): string[];
  lines(): Line[];
};

/**
 * Object storage in memory, which passes the same contract suite as S3. It deletes key by key, with a checkpoint before
 * each. A listed key that is gone by then counts as deleted, because S3 answers so, too.
 */
export function createMemoryObjects({ clock }: { clock: Clock }): MemoryObjects {
  let entries: Entry[] = [];
  let made = 0;
  const locks = new Map<string, Date>();
  const refused = new Set<string>();
  const add = (key: string, form: Entry['form'], bytes: number) => {
    made += 1;
    entries.push({ key, form, bytes, id: made });
  };

  const kindOf = (entry: Entry): Kind => {
    if (entry.form === 'upload') return 'uploads';
    if (entry.form === 'marker') return 'deleteMarkers';
    const latest = entries.findLast(({ key, form }) => key === entry.key && form !== 'upload');
    return latest === entry ? 'objects' : 'versions';
  };
  const isIn = (key: string, target: StorageTarget) =>
    (target.folders ?? []).some((folder) => key.startsWith(folder)) && !isKept(key, target);
  const listed = (target: StorageTarget) =>
    entries
      .filter(({ key }) => key.startsWith(target.prefix) || target.strayKeys.includes(key) || isIn(key, target))
      .map((entry) => ({ entry, kind: kindOf(entry) }));

  const deleteOne = ({ entry, kind }: { entry: Entry; kind: Kind }, tally: Tally, locked: Date[]) => {
    const until = locks.get(entry.key);
    if (refused.has(entry.key)) tally.codes.add('InternalError');
    else if (entry.form === 'version' && until && until > clock()) locked.push(until);
    else {
      entries = entries.filter((other) => other !== entry);
      count(tally.counts, kind, 1);
      count(tally.counts, 'bytes', entry.bytes);
    }
  };

  return {
    async deleteAll(target, checkpoint, foundKey = () => {}) {
      refuseUnsafe(target);
      const tally = startTally();
      const locked: Date[] = [];
      for (const batch of Map.groupBy(listed(target), ({ entry }) => entry.key).values()) {
        const [{ entry: first }] = batch as [(typeof batch)[0]];
        if (target.strayKeys.includes(first.key)) foundKey(first.key);
        await checkpoint(tally.counts);
        for (const found of batch) deleteOne(found, tally, locked);
      }
      if (locked.length > 0 && tally.codes.size === 0) throw new ObjectsLocked(tally.counts, endOf(locked));
      throwIfFailed(tally);
      return tally.counts;
    },
    async look(target) {
      refuseUnsafe(target);
      const { counts: found } = startTally();
      for (const { entry, kind } of listed(target)) {
        count(found, kind, 1);
        count(found, 'bytes', entry.bytes);
      }
      return found;
    },
    put: (key, bytes = key.length) => add(key, 'version', bytes),
    mark: (key) => add(key, 'marker', 0),
    upload: (key) => add(key, 'upload', 0),
    lock: (key, until = FOREVER) => void locks.set(key, until),
    unlock: (key) => void locks.delete(key),
    refuse(key) {
      refused.add(key);
      return () => void refused.delete(key);
    },
    keys: () => entries.map(({ key }) => key),
    lines: () =>
      entries.map(({ key, form, bytes, id }) => ({ place: 'objects', text: `${key} ${form} ${id} ${bytes}` })),
  };
}

function endOf(locked: readonly Date[]): string | undefined {
  const end = Math.max(...locked.map((until) => until.getTime()));
  return end === FOREVER.getTime() ? undefined : new Date(end).toISOString();
}
