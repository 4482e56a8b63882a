import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDynamoDbTombstones, documentClient } from '../../../functions/stores/dynamodb/dynamodb-tombstones.ts';
import { clientSettings } from '../../../local/aws/client-settings.ts';
import { startDynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import { aTombstone } from '../../support/a-tombstone.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamodb-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function tombstonesAt(endpoint: string) {
  const client = new DynamoDBClient(clientSettings(endpoint));
  return createDynamoDbTombstones(documentClient(client), { table: 'deletions' });
}

async function dueAt(endpoint: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of tombstonesAt(endpoint).due(new Date('2026-11-22T11:00:00.000Z'))) ids.push(id);
  return ids;
}

/** From the second write of an item on: between taking it out of the indexes and putting it in again. */
const KILLED_IN_A_WRITE = `import { createRequire } from 'node:module';
    const database = createRequire('${import.meta.url}')('dynalite/db');
    const { updateIndexes } = database;
    database.updateIndexes = (store, table, before, after, done) => before
      ? updateIndexes(store, table, before, null, () => process.kill(process.pid, 'SIGKILL'))
      : updateIndexes(store, table, before, after, done);`;

/** The same in a process of its own. @param prepare what it does first */
async function startElsewhere(prepare = '') {
  const module = new URL('../../../local/dynamodb/dynamodb.ts', import.meta.url).href;
  const script = `${prepare}
    import { startDynamoDb } from '${module}';
    console.log((await startDynamoDb({ folder: process.argv[1] })).endpoint);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [endpoint] = await once(createInterface(child.stdout), 'line');
  return { child, endpoint: String(endpoint) };
}

it('has the table with its sparse indexes, on a loopback port', async () => {
  const { endpoint, table, stop } = await startDynamoDb();
  expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const client = new DynamoDBClient(clientSettings(endpoint));
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  const indexes = Table?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => [
    IndexName,
    KeySchema?.map(({ AttributeName }) => AttributeName),
    Projection?.ProjectionType,
  ]);
  expect(indexes?.sort()).toEqual([
    ['byOwner', ['ownerId', 'requestedAt'], 'KEYS_ONLY'],
    ['byState', ['openState', 'since'], 'KEYS_ONLY'],
    ['byTime', ['month', 'requestedAt'], 'KEYS_ONLY'],
    ['due', ['shard', 'sweepAt'], 'KEYS_ONLY'],
  ]);
  client.destroy();
  await stop();
});

it('keeps what was written in its folder, though the process was killed', async () => {
  const { child, endpoint } = await startElsewhere();
  const tombstone = aTombstone();
  try {
    expect(await tombstonesAt(endpoint).write(undefined, tombstone)).toBe(true);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  const again = await startDynamoDb({ folder });
  try {
    expect(await tombstonesAt(again.endpoint).find(tombstone.videoId)).toEqual(tombstone);
  } finally {
    await again.stop();
  }
});

it('stops though clients keep their connections, and starts again on the same folder', async () => {
  const first = await startDynamoDb({ folder });
  const tombstone = aTombstone();
  await tombstonesAt(first.endpoint).write(undefined, tombstone);
  await first.stop();
  const second = await startDynamoDb({ folder });
  expect(await tombstonesAt(second.endpoint).find(tombstone.videoId)).toEqual(tombstone);
  await second.stop();
});

it('finds what is due though the process was killed in the middle of a write', async () => {
  const { child, endpoint } = await startElsewhere(KILLED_IN_A_WRITE);
  const tombstones = tombstonesAt(endpoint);
  const first = { ...aTombstone(), sweepAt: '2026-11-22T10:00:00.000Z' };
  await tombstones.write(undefined, first);
  const killed = once(child, 'exit');
  const second = { ...first, revision: 2, sweepAt: '2026-11-22T10:05:00.000Z' };
  await expect(tombstones.write(first, second)).rejects.toThrow();
  await killed;
  const restarted = await startDynamoDb({ folder });
  const due = await dueAt(restarted.endpoint);
  await restarted.stop();
  expect(due).toEqual([first.videoId]);
});
