import { paginateQuery, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { VideoId } from '../../deletion/video-id.ts';
import { videoIdSchema } from './tombstone-schema.ts';
import type { DeletionsTable } from './tombstone-table.ts';

/** A tombstone in an index: where it stands there, and its video. Together they have one order. */
export type Key = { place: string; videoId: VideoId };

/** A part of an index: one partition, and the places in it from `least` to `most`, both included. */
export type Part = {
  index: { name: string; partitionKey: { name: string }; sortKey: { name: string } };
  partition: string;
  least?: string | undefined;
  most?: string | undefined;
};

export const isAfter = (a: Key, b: Key) => a.place < b.place || (a.place === b.place && a.videoId < b.videoId);

/** The keys of several parts in one order, the latest place first. */
export async function* keysIn(here: DeletionsTable, parts: readonly Part[], size: number): AsyncGenerator<Key> {
  const streams = parts.filter(isThere).map((part) => keysOf(here, part, size)[Symbol.asyncIterator]());
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  for (;;) {
    const ready = heads.flatMap(({ done, value }, n) => (done ? [] : [{ key: value as Key, n }]));
    const [first] = ready.sort((a, b) => (isAfter(a.key, b.key) ? 1 : -1));
    if (!first) return;
    yield first.key;
    heads[first.n] = await (streams[first.n] as AsyncIterator<Key>).next();
  }
}

/** DynamoDB refuses a range whose end comes before its beginning. */
const isThere = ({ least = '0', most = '~' }: Part) => least <= most;

/** How many keys there are, without reading any tombstone. */
export async function countIn({ client, table }: DeletionsTable, part: Part): Promise<number> {
  if (!isThere(part)) return 0;
  let count = 0;
  for await (const { Count = 0 } of paginateQuery({ client }, { ...queryFor(table, part), Select: 'COUNT' }))
    count += Count;
  return count;
}

/** An index orders by the place alone, so those of one place are ordered here. Keys that are no ids are passed over. */
async function* keysOf({ client, table }: DeletionsTable, part: Part, size: number): AsyncGenerator<Key> {
  const { sortKey } = part.index;
  const schema = z.object({ videoId: videoIdSchema, [sortKey.name]: z.iso.datetime() });
  let same: Key[] = [];
  for await (const { Items = [] } of paginateQuery({ client, pageSize: size }, queryFor(table, part))) {
    for (const item of Items) {
      const { data } = schema.safeParse(item);
      if (!data) continue;
      const key = { place: data[sortKey.name] as string, videoId: data.videoId as VideoId };
      if (same[0] && same[0].place !== key.place) {
        yield* inOrder(same);
        same = [];
      }
      same.push(key);
    }
  }
  yield* inOrder(same);
}

const inOrder = (keys: Key[]) => keys.sort((a, b) => (isAfter(a, b) ? 1 : -1));

function queryFor(table: string, { index, partition, least, most }: Part): QueryCommandInput {
  const { name, partitionKey, sortKey } = index;
  const range = least !== undefined || most !== undefined;
  return {
    TableName: table,
    IndexName: name,
    KeyConditionExpression: `#partition = :partition${range ? ' AND #place BETWEEN :least AND :most' : ''}`,
    ExpressionAttributeNames: { '#partition': partitionKey.name, ...(range && { '#place': sortKey.name }) },
    ExpressionAttributeValues: {
      ':partition': partition,
      // Times begin with a digit, and `~` comes after all of them.
      ...(range && { ':least': least ?? '0', ':most': most ?? '~' }),
    },
    ScanIndexForward: false,
  };
}
