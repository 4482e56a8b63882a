import { type Counts, total } from '../../functions/deletion/counts.ts';
import { derivedTables, prefixOf } from '../../functions/deletion/data-map/data-map.ts';
import { ownFoldersOf } from '../../functions/deletion/data-map/target.ts';
import { inBatches } from '../../functions/deletion/in-batches.ts';
import type { Ports } from '../../functions/deletion/ports.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { everyTombstone } from '../every-tombstone.ts';
import type { Session } from '../session.ts';

/** A deleted video that has data in storage or in the database again. */
export type Returned = { tombstone: Tombstone; storage: Counts; database: Counts };

/** How many videos are checked at the same time. They share two database connections. */
const TOGETHER = 8;

/**
 * Checks every finished deletion, and finds those whose video is back in the database or in storage.
 * @param since checks only deletions that finished at or after this time. Pass the time of the backup: it cannot hold a
 *   video that was deleted before
 * @param onProgress called with the number of deletions checked and the number of videos that are back
 */
export async function findReturned(
  ports: Pick<Ports, 'tombstones' | 'rows' | 'objects' | 'rules'>,
  since: Date | undefined,
  { onProgress, complain }: { onProgress: (looked: number, found: number) => void } & Pick<Session, 'complain'>,
): Promise<{ returned: Returned[]; looked: number }> {
  const returned: Returned[] = [];
  let looked = 0;
  const deleted = deletedSince(since, everyTombstone(ports, { state: 'deleted' }, { complain }));
  for await (const group of inBatches(deleted, () => TOGETHER)) {
    const found = await Promise.all(group.map((tombstone) => lookAt(ports, tombstone)));
    returned.push(...found.filter(({ storage, database }) => total(storage) + total(database) > 0));
    looked += group.length;
    onProgress(looked, returned.length);
  }
  return { returned, looked };
}

/** One by one, as pages: a page of tombstones may hold none that was deleted since. */
async function* deletedSince(since: Date | undefined, all: AsyncIterable<Tombstone>): AsyncGenerator<[Tombstone]> {
  for await (const tombstone of all) {
    const isEarlier = since && tombstone.deletedAt && new Date(tombstone.deletedAt) < since;
    if (!isEarlier) yield [tombstone];
  }
}

async function lookAt(
  { rows, objects, rules }: Pick<Ports, 'rows' | 'objects' | 'rules'>,
  tombstone: Tombstone,
): Promise<Returned> {
  const { videoId, target } = tombstone;
  const folders = ownFoldersOf(videoId, rules.bucket?.originalsPrefixes);
  const [found, storage] = await Promise.all([
    rows.look(videoId),
    objects.look({ videoId, prefix: prefixOf(videoId), strayKeys: target.strayKeys, folders }),
  ]);
  // What the platform derives from rows comes and goes with its own refreshes: no sign of a restored backup.
  const derived: string[] = derivedTables().map(({ table }) => table);
  const database = Object.fromEntries(Object.entries(found).filter(([name]) => !derived.includes(name)));
  return { tombstone, storage, database };
}
