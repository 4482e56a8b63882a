import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Tombstones } from '../../deletion/ports.ts';
import type { Tombstone } from '../../deletion/record/tombstone.ts';
import type { VideoId } from '../../deletion/video-id.ts';
import { oldestOpen } from './tombstone-oldest.ts';
import { parseTombstone, videoIdSchema } from './tombstone-schema.ts';
import { type DeletionsTable, SHARDS, tombstoneTable } from './tombstone-table.ts';
import { putOf, updateOf } from './tombstone-write.ts';

/** The client for `createDynamoDbTombstones`. It does not store members that are undefined. */
export function documentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/**
 * The tombstones in a DynamoDB table with the keys and indexes of `tombstoneTable`.
 *
 * The indexes lag behind the table, usually by less than a second, so `due` and `oldestOpen` may miss the latest
 * writes. Errors of the SDK pass through. A write that ends in an error may have taken effect: read before you
 * decide again.
 */
export function createDynamoDbTombstones(client: DynamoDBDocumentClient, { table }: { table: string }): Tombstones {
  const here: DeletionsTable = { client, table };
  return {
    find: (videoId) => find(here, videoId),
    write: (previous, next) => write(here, previous, next),
    due: (at, malformed) => due(here, at, malformed),
    oldestOpen: (at) => oldestOpen(here, at),
  };
}

async function find({ client, table }: DeletionsTable, videoId: VideoId): Promise<Tombstone | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName: table, Key: { videoId }, ConsistentRead: true }));
  return Item && parseTombstone(Item);
}

async function write(here: DeletionsTable, previous: Tombstone | undefined, next: Tombstone): Promise<boolean> {
  const { client, table } = here;
  const writeId = randomUUID();
  try {
    if (previous) await client.send(new UpdateCommand(updateOf(table, previous, next, writeId)));
    else await client.send(new PutCommand(putOf(table, next, writeId)));
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return isStored(here, next, writeId);
  }
}

/**
 * True when the write that failed its condition has in fact succeeded. If an answer is lost, the SDK sends the write
 * again, and the second attempt fails the condition because the first one met it.
 */
async function isStored({ client, table }: DeletionsTable, { videoId }: Tombstone, writeId: string): Promise<boolean> {
  const { Item } = await client.send(new GetCommand({ TableName: table, Key: { videoId }, ConsistentRead: true }));
  return Item?.lastWrite === writeId;
}

async function* due({ client, table }: DeletionsTable, at: Date, malformed = () => {}): AsyncGenerator<VideoId> {
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const pages = paginateQuery(
      { client },
      {
        TableName: table,
        IndexName: tombstoneTable.indexes.due.name,
        KeyConditionExpression: '#shard = :shard AND sweepAt <= :at',
        ExpressionAttributeNames: { '#shard': 'shard' },
        ExpressionAttributeValues: { ':shard': shard, ':at': at.toISOString() },
      },
    );
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        const { data } = keySchema.safeParse(item);
        if (data) yield data.videoId;
        else malformed();
      }
    }
  }
}

const keySchema = z.object({ videoId: videoIdSchema });
