import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { sql } from 'kysely';
import { clientSettings } from '../../local/aws/client-settings.ts';
import type { System } from '../../local/system.ts';
import { cacheEntries, storedNames } from './left-in.ts';

const TABLES = ['users', 'videos', 'votes', 'user_liked_videos', 'views', 'share_links', 'share_clicks', 'reports'];

/** Everything that the stores of a running system hold, to compare: rows, objects, tombstones, cache. */
export async function snapshotOf(system: System) {
  const rows = await Promise.all(
    TABLES.map(async (table) => {
      const found = await sql<{ row: string }>`select ${sql.ref(table)}::text as row from ${sql.table(table)}`.execute(
        system.db,
      );
      return [table, found.rows.map(({ row }) => row).sort()] as const;
    }),
  );
  return {
    rows: Object.fromEntries(rows),
    objects: (await storedNames(system)).sort(),
    tombstones: await tombstonesOf(system),
    cache: await cacheEntries(system),
  };
}

async function tombstonesOf({ parts, settings }: System): Promise<unknown[]> {
  const endpoint = parts.settings.AWS_ENDPOINT_URL_DYNAMODB ?? '';
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(endpoint)));
  try {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: settings.DELETIONS_TABLE }));
    return Items;
  } finally {
    client.destroy();
  }
}
