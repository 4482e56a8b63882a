import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Standing, TombstoneLists, TombstonePage, TombstoneQuery } from '../../deletion/ports.ts';
import type { Tombstone } from '../../deletion/record/tombstone.ts';
import { matches, type TombstoneFilter } from '../../deletion/record/tombstone-filter.ts';
import type { VideoId } from '../../deletion/video-id.ts';
import { findEach, LARGEST_BATCH } from './tombstone-batch.ts';
import { cursorOf, parseCursor } from './tombstone-cursor.ts';
import { countIn, isAfter, type Key, keysIn } from './tombstone-keys.ts';
import { partsFor } from './tombstone-parts.ts';
import { videoIdSchema } from './tombstone-schema.ts';
import type { DeletionsTable } from './tombstone-table.ts';

/** The lists of the same table. Indexes lag behind it, so `list` and `standing` may miss the latest writes. */
export function createDynamoDbLists(client: DynamoDBDocumentClient, { table }: { table: string }): TombstoneLists {
  const here: DeletionsTable = { client, table };
  return {
    list: (query) => listTombstones(here, query),
    standing: (at) => countStanding(here, at),
    every: (malformed) => scanTombstones(here, malformed),
  };
}

/** The most batches that one call reads. When few tombstones match, a short page is better than a slow answer. */
const MOST_BATCHES = 10;

/**
 * A page of tombstones, newest first (`placeOf`). It may contain fewer than `limit`, even none, and still have a
 * cursor.
 * @throws {InvalidCursor}
 */
async function listTombstones(here: DeletionsTable, query: TombstoneQuery): Promise<TombstonePage> {
  const { cursor, at, limit } = query;
  const from = cursor === undefined ? undefined : parseCursor(cursor, query);
  const size = Math.min(limit + 1, LARGEST_BATCH);
  const keys = keysAfter(here, query, { from, size });
  const tombstones: Tombstone[] = [];
  const malformed: VideoId[] = [];
  for (let batches = 0; ; batches += 1) {
    const { batch, isLast } = await take(keys, size);
    const read = await findEach(here, batch);
    malformed.push(...read.malformed);
    const matching = read.found.filter(({ tombstone }) => matches(tombstone, query, at));
    const taken = matching.slice(0, limit - tombstones.length);
    tombstones.push(...taken.map(({ tombstone }) => tombstone));
    const isFull = tombstones.length >= limit;
    const last = isFull && taken.length > 0 ? taken.at(-1)?.key : batch.at(-1);
    const isOver = isLast && last === batch.at(-1);
    if (isOver) return pageOf({ tombstones, malformed });
    if (isFull || batches + 1 === MOST_BATCHES)
      return pageOf({ tombstones, malformed, cursor: cursorOf(last ?? from, query) });
  }
}

function pageOf({
  tombstones,
  cursor,
  malformed,
}: Required<Omit<TombstonePage, 'cursor'>> & Pick<TombstonePage, 'cursor'>) {
  return { tombstones, ...(cursor !== undefined && { cursor }), ...(malformed.length > 0 && { malformed }) };
}

type From = { from: Key | undefined; size: number };

async function* keysAfter(here: DeletionsTable, query: TombstoneQuery, { from, size }: From): AsyncGenerator<Key> {
  // A tombstone that moves from one partition to another meanwhile is met in both.
  const met = new Set<VideoId>();
  for (const parts of partsFor(query, query.at, from?.place))
    for await (const key of keysIn(here, parts, size)) {
      if (met.has(key.videoId) || (from && !isAfter(key, from))) continue;
      met.add(key.videoId);
      yield key;
    }
}

/** The next keys. `isLast`: there are no more behind them. One key is read ahead. */
async function take(keys: AsyncGenerator<Key>, size: number): Promise<{ batch: Key[]; isLast: boolean }> {
  const batch: Key[] = [];
  while (batch.length < size) {
    const { done, value } = await keys.next();
    if (done) return { batch, isLast: true };
    batch.push(value);
  }
  return { batch, isLast: false };
}

/** How many deletions wait, are open, have failed or are held. Reads only keys. */
async function countStanding(here: DeletionsTable, at: Date): Promise<Standing> {
  const count = async (filter: TombstoneFilter) => {
    const counts = await Promise.all([...partsFor(filter, at)].flat().map((part) => countIn(here, part)));
    return counts.reduce((sum, one) => sum + one, 0);
  };
  const [waiting, open, failed, held] = await Promise.all([
    count({ phase: 'waiting' }),
    count({ phase: 'open' }),
    count({ states: ['failed'] }),
    count({ states: ['held'] }),
  ]);
  return { waiting, open, failed, held };
}

/** Every tombstone of the table itself, so that no index decides what is there. */
async function* scanTombstones(
  here: DeletionsTable,
  malformed: (videoId: VideoId) => void = () => undefined,
): AsyncGenerator<Tombstone> {
  const { client, table } = here;
  let start: Record<string, unknown> | undefined;
  do {
    const scan = { TableName: table, ProjectionExpression: 'videoId', Limit: LARGEST_BATCH, ExclusiveStartKey: start };
    const { Items = [], LastEvaluatedKey } = await client.send(new ScanCommand(scan));
    const keys = Items.flatMap(({ videoId }) => videoIdSchema.safeParse(videoId).data ?? []);
    const read = await findEach(
      here,
      keys.map((videoId) => ({ videoId })),
    );
    for (const videoId of read.malformed) malformed(videoId);
    for (const { tombstone } of read.found) yield tombstone;
    start = LastEvaluatedKey;
  } while (start);
}
