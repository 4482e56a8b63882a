import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type DeletionsTable, openStateOf, SHARDS, tombstoneTable } from './tombstone-table.ts';

const { byState } = tombstoneTable.indexes;
const key = z.object({ requestedAt: z.iso.datetime() });

/** When the oldest open deletion was requested: one key of each shard is read, however many deletions are open. */
export async function oldestOpen(here: DeletionsTable): Promise<Date | undefined> {
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard);
  const found = await Promise.all(shards.map((shard) => oldestIn(here, openStateOf(shard))));
  const [oldest] = found.flatMap((requestedAt) => requestedAt ?? []).sort();
  return oldest === undefined ? undefined : new Date(oldest);
}

async function oldestIn({ client, table }: DeletionsTable, openState: string): Promise<string | undefined> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      IndexName: byState.name,
      KeyConditionExpression: '#partition = :partition',
      ExpressionAttributeNames: { '#partition': byState.partitionKey.name },
      ExpressionAttributeValues: { ':partition': openState },
      Limit: 1,
    }),
  );
  return Items[0] && key.parse(Items[0]).requestedAt;
}
