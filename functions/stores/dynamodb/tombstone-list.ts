import { QueryCommand, type QueryCommandOutput, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { TombstonePage, TombstoneQuery } from '../../deletion/ports.ts';
import type { State, Tombstone } from '../../deletion/record/tombstone.ts';
import type { VideoId } from '../../deletion/video-id.ts';
import { findEach, LARGEST_BATCH } from './tombstone-batch.ts';
import {
  amongOwners,
  amongStates,
  cursorOf,
  inTable,
  type Position,
  type PositionSchema,
  parseCursor,
} from './tombstone-cursor.ts';
import { type DeletionsTable, tombstoneTable } from './tombstone-table.ts';

/** The page of keys after `from`. `end` is where the next page starts; absent at the end of the index. */
type KeyPage = { keys: Position[]; end?: Position };
type Access = {
  schema: PositionSchema;
  read(from: Position | undefined, size: number): Promise<KeyPage>;
};

/** The most pages of keys that one call reads. When few tombstones match, a short page is better than a slow answer. */
const MOST_READS = 10;

/**
 * A page of tombstones. Those of an owner, and those that are failed or held, come newest first. All others come from a
 * scan of the table, in no order. A page may contain fewer than `limit` tombstones, even none, and still have a cursor.
 * @throws {InvalidCursor}
 */
export async function listTombstones(here: DeletionsTable, query: TombstoneQuery): Promise<TombstonePage> {
  const access = accessFor(here, query);
  const tombstones: Tombstone[] = [];
  const malformed: VideoId[] = [];
  let from = query.cursor === undefined ? undefined : parseCursor(query.cursor, access.schema);
  for (let reads = 0; reads < MOST_READS; reads += 1) {
    const { keys, end } = await access.read(from, pageSizeFor(query));
    const read = await findEach(here, keys);
    malformed.push(...read.malformed);
    const matching = read.found.filter(({ tombstone }) => matches(tombstone, query));
    const taken = matching.slice(0, query.limit - tombstones.length);
    tombstones.push(...taken.map(({ tombstone }) => tombstone));
    const isFull = tombstones.length >= query.limit;
    const last = taken.at(-1)?.key;
    from = isFull && last !== keys.at(-1) ? last : end;
    if (isFull || from === undefined) break;
  }
  return { tombstones, ...(from && { cursor: cursorOf(from) }), ...(malformed.length > 0 && { malformed }) };
}

function matches(tombstone: Tombstone, { ownerId, state }: TombstoneQuery): boolean {
  // An index lags behind its table: the tombstone may have changed since.
  return (ownerId === undefined || tombstone.ownerId === ownerId) && (state === undefined || tombstone.state === state);
}

/**
 * One key more than the limit shows whether there is a next page. When tombstones are filtered, as many as fit in a
 * batch.
 */
function pageSizeFor({ limit, state }: TombstoneQuery): number {
  return state === undefined ? Math.min(limit + 1, LARGEST_BATCH) : LARGEST_BATCH;
}

function accessFor(here: DeletionsTable, { ownerId, state }: TombstoneQuery): Access {
  const { byOwner, byState } = tombstoneTable.indexes;
  if (ownerId !== undefined) return throughIndex(here, byOwner, ownerId, amongOwners(ownerId));
  if (state === 'failed' || state === 'held') return throughIndex(here, byState, state, amongStates(state));
  return throughTable(here, state);
}

function throughIndex(
  { client, table }: DeletionsTable,
  { name, partitionKey }: { name: string; partitionKey: { name: string } },
  partition: string,
  schema: PositionSchema,
): Access {
  return {
    schema,
    async read(from, size) {
      const query = {
        TableName: table,
        IndexName: name,
        KeyConditionExpression: '#partition = :partition',
        ExpressionAttributeNames: { '#partition': partitionKey.name },
        ExpressionAttributeValues: { ':partition': partition },
        ScanIndexForward: false,
        Limit: size,
      };
      return keysAfter(from, schema, (start) => client.send(new QueryCommand({ ...query, ExclusiveStartKey: start })));
    },
  };
}

function throughTable({ client, table }: DeletionsTable, state: State | undefined): Access {
  const filter = state && {
    FilterExpression: '#state = :state',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':state': state },
  };
  return {
    schema: inTable,
    async read(from, size) {
      const scan = { TableName: table, ProjectionExpression: 'videoId', Limit: size, ...filter };
      return keysAfter(from, inTable, (start) => client.send(new ScanCommand({ ...scan, ExclusiveStartKey: start })));
    },
  };
}

type Answer = Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>;

/** The keys of the next page. Keys that are no ids are passed over, also where such a key would end the page. */
async function keysAfter(
  from: Position | undefined,
  schema: PositionSchema,
  send: (start: Record<string, unknown> | undefined) => Promise<Answer>,
): Promise<KeyPage> {
  const keys: Position[] = [];
  let start: Record<string, unknown> | undefined = from;
  for (;;) {
    const { Items = [], LastEvaluatedKey: last } = await send(start);
    keys.push(...Items.flatMap((item) => schema.safeParse(item).data ?? []));
    const end = last && schema.safeParse(last).data;
    if (end || last === undefined) return end ? { keys, end } : { keys };
    start = last;
  }
}
