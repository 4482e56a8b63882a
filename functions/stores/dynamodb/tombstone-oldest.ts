import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { isOpen, openSince } from '../../deletion/record/tombstone.ts';
import type { VideoId } from '../../deletion/video-id.ts';
import { findEach, LARGEST_BATCH } from './tombstone-batch.ts';
import { videoIdSchema } from './tombstone-schema.ts';
import { type DeletionsTable, openStateOf, SHARDS, tombstoneTable } from './tombstone-table.ts';

const { byState } = tombstoneTable.indexes;
const key = z.object({ videoId: videoIdSchema });
/** How many are read in each shard. The index sorts by the time of the request, which may be long before a replay. */
const AMONG = LARGEST_BATCH / SHARDS;

/** Since when the oldest open deletion has been open. Only the 100 that were requested first are read. */
export async function oldestOpen(here: DeletionsTable): Promise<Date | undefined> {
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard);
  const keys = await Promise.all(shards.map((shard) => firstIn(here, openStateOf(shard))));
  const { found } = await findEach(here, keys.flat());
  const open = found.flatMap(({ tombstone }) => (isOpen(tombstone.state) ? openSince(tombstone) : []));
  const [oldest] = open.sort();
  return oldest === undefined ? undefined : new Date(oldest);
}

async function firstIn({ client, table }: DeletionsTable, openState: string): Promise<{ videoId: VideoId }[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      IndexName: byState.name,
      KeyConditionExpression: '#partition = :partition',
      ExpressionAttributeNames: { '#partition': byState.partitionKey.name },
      ExpressionAttributeValues: { ':partition': openState },
      Limit: AMONG,
    }),
  );
  // A key that is no id would hide all the others from the alarm.
  return Items.flatMap((item) => key.safeParse(item).data ?? []);
}
