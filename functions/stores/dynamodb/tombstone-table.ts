import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** A table of tombstones, and the client that reaches it. */
export type DeletionsTable = { client: DynamoDBDocumentClient; table: string };

/**
 * Over how many partitions an index of all open deletions is spread. A partition takes 1,000 writes a second (DynamoDB
 * quota).
 */
export const SHARDS = 4;

/** The partition of `byState` with the deletions of a shard whose work has begun. */
export function openStateOf(shard: number): string {
  return `open-${shard}`;
}

/** The partition of `byState` with the deletions of a shard that wait for the end of their undo window. */
export function waitingStateOf(shard: number): string {
  return `waiting-${shard}`;
}

/** The partition of `byTime` with the deletions of a shard that were requested in a month (`2026-11`). */
export function monthOf(time: string, shard: number): string {
  return `${time.slice(0, 7)}-${shard}`;
}

/**
 * Keys and indexes of the table of tombstones, in DynamoDB's type codes. The indexes contain only keys and are sparse:
 * a tombstone without a key of an index is not in that index. The adapter adds the attributes `shard`, `openState`,
 * `since` and `month` for the indexes, and `lastWrite`, which identifies the last write of the item.
 */
export const tombstoneTable = {
  partitionKey: { name: 'videoId', type: 'S' },
  /** Seconds since 1970. DynamoDB may delete an item days later: do not rely on the moment. */
  timeToLiveAttribute: 'expiresAt',
  indexes: {
    /** For the sweeper: shard by shard, the longest overdue first. */
    due: {
      name: 'due',
      partitionKey: { name: 'shard', type: 'N' },
      sortKey: { name: 'sweepAt', type: 'S' },
    },
    /**
     * Failed and held deletions, which wait for an operator, by the time of the request; and shard by shard those that
     * wait or are open, by the time since when (`openSince`).
     */
    byState: {
      name: 'byState',
      partitionKey: { name: 'openState', type: 'S' },
      sortKey: { name: 'since', type: 'S' },
    },
    byOwner: {
      name: 'byOwner',
      partitionKey: { name: 'ownerId', type: 'S' },
      sortKey: { name: 'requestedAt', type: 'S' },
    },
    /** Every deletion, month by month and shard by shard, by the time of the request. */
    byTime: {
      name: 'byTime',
      partitionKey: { name: 'month', type: 'S' },
      sortKey: { name: 'requestedAt', type: 'S' },
    },
  },
} as const;
