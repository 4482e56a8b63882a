import { type Counts, total } from '../../functions/deletion/counts.ts';
import { derivedTables, prefixOf, VIDEOS } from '../../functions/deletion/data-map/data-map.ts';
import { ownFoldersOf } from '../../functions/deletion/data-map/target.ts';
import { inBatches } from '../../functions/deletion/in-batches.ts';
import type { ListPorts, Ports } from '../../functions/deletion/ports.ts';
import { isAskedFor, isOfOrphan, type Tombstone } from '../../functions/deletion/record/tombstone.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { unreadable } from '../lists/every-tombstone.ts';
import type { Session } from '../session.ts';

/**
 * A deleted video that has data in storage or in the database again, or one that is visible again before its deletion
 * is over (`isVisible`).
 */
export type Returned = { tombstone: Tombstone; storage: Counts; database: Counts; isVisible?: true };

/** How many videos are checked at the same time. They share two database connections. */
const TOGETHER = 8;

/**
 * Checks every deletion that is not undone: of the finished ones, whether the video is back in the database or in
 * storage; of the others, whether it is visible again.
 * @param since checks only deletions that finished at or after this time. Pass the time of the backup: it cannot hold a
 *   video that was deleted before
 * @param onProgress called with the number of deletions checked and the number of videos that are back
 */
export async function findReturned(
  ports: Pick<Ports, 'rows' | 'objects' | 'rules'> & ListPorts,
  since: Date | undefined,
  { onProgress, complain }: { onProgress: (looked: number, found: number) => void } & Pick<Session, 'complain'>,
): Promise<{ returned: Returned[]; looked: number }> {
  const returned: Returned[] = [];
  let looked = 0;
  const malformed = (videoId: VideoId) => complain(unreadable(videoId));
  const wanted = wantedAmong(since, ports.lists.every(malformed));
  for await (const group of inBatches(wanted, () => TOGETHER)) {
    const found = await Promise.all(group.map((tombstone) => lookAt(ports, tombstone)));
    returned.push(
      ...found.filter(({ storage, database, isVisible }) => isVisible || total(storage) + total(database) > 0),
    );
    looked += group.length;
    onProgress(looked, returned.length);
  }
  return { returned, looked };
}

/** One by one, as pages: a page of tombstones may hold none that was deleted since. */
async function* wantedAmong(since: Date | undefined, all: AsyncIterable<Tombstone>): AsyncGenerator<[Tombstone]> {
  for await (const tombstone of all) {
    const isEarlier = since && tombstone.deletedAt && new Date(tombstone.deletedAt) < since;
    const isWanted = tombstone.state === 'deleted' ? !isEarlier : isAskedFor(tombstone);
    if (isWanted) yield [tombstone];
  }
}

/** A backup from before the request holds the row without the mark that hides it. */
async function lookWhetherVisible({ rows }: Pick<Ports, 'rows'>, tombstone: Tombstone): Promise<Returned> {
  const { video } = tombstone.hidden ? await rows.find(tombstone.ownerId, tombstone.videoId) : {};
  return { tombstone, storage: {}, database: {}, ...(video?.hidden === false && { isVisible: true }) };
}

async function lookAt(
  { rows, objects, rules }: Pick<Ports, 'rows' | 'objects' | 'rules'>,
  tombstone: Tombstone,
): Promise<Returned> {
  if (isAskedFor(tombstone)) return await lookWhetherVisible({ rows }, tombstone);
  const { videoId, target } = tombstone;
  const folders = ownFoldersOf(videoId, rules.bucket?.originalsPrefixes);
  const [found, storage] = await Promise.all([
    rows.look(videoId),
    objects.look({ videoId, prefix: prefixOf(videoId), strayKeys: target.strayKeys, folders }),
  ]);
  // What the platform derives from rows comes and goes with its own refreshes: no sign of a restored backup.
  const derived: string[] = derivedTables().map(({ table }) => table);
  const database = Object.fromEntries(Object.entries(found).filter(([name]) => !derived.includes(name)));
  // What was deleted as an orphan was nobody's. With a row, it is a new video.
  if (isOfOrphan(tombstone) && (database[VIDEOS.table] ?? 0) > 0) return { tombstone, storage: {}, database: {} };
  return { tombstone, storage, database };
}
