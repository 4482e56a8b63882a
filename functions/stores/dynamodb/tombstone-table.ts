import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** A table of tombstones and the client to reach it. */
export type DeletionsTable = { client: DynamoDBDocumentClient; table: string };

/**
 * How many partitions the deletions in an index that holds every open one are spread over: one takes 1,000 writes a second
 * (DynamoDB's quota for a partition).
 */
export const SHARDS = 4;

/** The partition of `byState` that holds the open deletions of a shard. */
export function openStateOf(shard: number): string {
  return `open-${shard}`;
}

/**
 * Keys and indexes of the table of tombstones, in DynamoDB's own type codes. The indexes hold keys only and are sparse:
 * a tombstone without one of an index's keys is not in it. The adapter adds `shard` and
 * `openState` for them, and `lastWrite`, which names the write that the item comes from.
 */
export const tombstoneTable = {
  partitionKey: { name: 'videoId', type: 'S' },
  /** Seconds since 1970. DynamoDB deletes an item days after this; nothing may rely on the moment. */
  timeToLiveAttribute: 'expiresAt',
  indexes: {
    /** What the sweeper looks through: shard by shard, the longest overdue first. */
    due: {
      name: 'due',
      partitionKey: { name: 'shard', type: 'N' },
      sortKey: { name: 'sweepAt', type: 'S' },
    },
    /** What waits for an operator, failed and held deletions; and, shard by shard, those that are under way. */
    byState: {
      name: 'byState',
      partitionKey: { name: 'openState', type: 'S' },
      sortKey: { name: 'requestedAt', type: 'S' },
    },
    byOwner: {
      name: 'byOwner',
      partitionKey: { name: 'ownerId', type: 'S' },
      sortKey: { name: 'requestedAt', type: 'S' },
    },
  },
} as const;
