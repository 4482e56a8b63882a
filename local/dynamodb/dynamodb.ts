import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  PutItemCommand,
  paginateScan,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { tombstoneTable } from '../../functions/stores/dynamodb/tombstone-table.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { answerOwnRequests } from '../own-requests.ts';

type Key = { name: string; type: 'S' | 'N' };

/** Stands in for DynamoDB. It has no transactions and no streams, and does not delete items after `expiresAt`. */
export type LocalDynamoDb = {
  endpoint: string;
  table: string;
  stop(): Promise<void>;
};

/**
 * Starts dynalite on a free loopback port, with the table of tombstones. With `folder`, items are stored there and
 * survive a killed process; only one process may use it at a time. Without, they are in memory.
 */
export async function startDynamoDb(options: { folder?: string; table?: string } = {}): Promise<LocalDynamoDb> {
  const { folder, table = 'deletions' } = options;
  const server = answerOwnRequests(dynalite({ path: folder, createTableMs: 0 }));
  const endpoint = await listen(server);
  try {
    await ensureTable(endpoint, table);
  } catch (error) {
    await close(server);
    throw error;
  }
  return { endpoint, table, stop: () => close(server) };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
}

async function ensureTable(endpoint: string, table: string): Promise<void> {
  const client = new DynamoDBClient(clientSettings(endpoint));
  try {
    await client.send(new CreateTableCommand(definitionOf(table)));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  try {
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName: table });
    await restoreIndexes(client, table);
  } finally {
    client.destroy();
  }
}

/**
 * Repairs the indexes. dynalite takes an item out of its indexes before it writes the item again, so a process that was
 * killed in between leaves an item that is in no index. Writing it again unchanged puts it back into all of them.
 */
async function restoreIndexes(client: DynamoDBClient, table: string): Promise<void> {
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table })) {
    for (const Item of Items) await client.send(new PutItemCommand({ TableName: table, Item }));
  }
}

function definitionOf(table: string): CreateTableCommandInput {
  const { partitionKey, indexes } = tombstoneTable;
  const keys: Key[] = [partitionKey, ...Object.values(indexes).flatMap((index) => [index.partitionKey, index.sortKey])];
  const types = new Map(keys.map(({ name, type }) => [name, type]));
  return {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: partitionKey.name, KeyType: 'HASH' }],
    AttributeDefinitions: [...types].map(([name, type]) => ({ AttributeName: name, AttributeType: type })),
    GlobalSecondaryIndexes: Object.values(indexes).map((index) => ({
      IndexName: index.name,
      KeySchema: [
        { AttributeName: index.partitionKey.name, KeyType: 'HASH' },
        { AttributeName: index.sortKey.name, KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })),
  };
}
