import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { isOpen, openSince } from '../../deletion/record/tombstone.ts';
import type { VideoId } from '../../deletion/video-id.ts';
import { findEach, LARGEST_BATCH } from './tombstone-batch.ts';
import { videoIdSchema } from './tombstone-schema.ts';
import { type DeletionsTable, openStateOf, SHARDS, tombstoneTable, waitingStateOf } from './tombstone-table.ts';

const { byState } = tombstoneTable.indexes;
const key = z.object({ videoId: videoIdSchema });
/** How many are read in each partition. The index lags behind the table, so the first may have ended since. */
const AMONG = LARGEST_BATCH / (2 * SHARDS);

/**
 * Since when the oldest open deletion has been open. Waiting deletions have partitions of their own, sorted by the end
 * of their windows, so they never stand before one that is stuck. Only the first of each partition are read.
 */
export async function oldestOpen(here: DeletionsTable, at: Date): Promise<Date | undefined> {
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard);
  const partitions = shards.flatMap((shard) => [openStateOf(shard), waitingStateOf(shard)]);
  const keys = await Promise.all(partitions.map((partition) => firstIn(here, partition, at)));
  const { found } = await findEach(here, keys.flat());
  const open = found.flatMap(({ tombstone }) => (isOpen(tombstone.state) ? openSince(tombstone) : []));
  const [oldest] = open.filter((since) => since <= at.toISOString()).sort();
  return oldest === undefined ? undefined : new Date(oldest);
}

async function firstIn(
  { client, table }: DeletionsTable,
  partition: string,
  at: Date,
): Promise<{ videoId: VideoId }[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      IndexName: byState.name,
      KeyConditionExpression: '#partition = :partition AND #since <= :at',
      ExpressionAttributeNames: { '#partition': byState.partitionKey.name, '#since': byState.sortKey.name },
      ExpressionAttributeValues: { ':partition': partition, ':at': at.toISOString() },
      Limit: AMONG,
    }),
  );
  // A key that is no id would hide all the others from the alarm.
  return Items.flatMap((item) => key.safeParse(item).data ?? []);
}
