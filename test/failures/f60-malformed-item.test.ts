import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TombstoneQuery } from '../../functions/deletion/ports.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { sweepDeletions } from '../../functions/deletion/work/sweep-deletions.ts';
import { createDynamoDbTombstones, documentClient } from '../../functions/stores/dynamodb/dynamodb-tombstones.ts';
import { createDynamoDbLists } from '../../functions/stores/dynamodb/tombstone-list.ts';
import { putOf } from '../../functions/stores/dynamodb/tombstone-write.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { type LocalDynamoDb, startDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { aTombstone } from '../support/a-tombstone.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const EARLY = '2020-01-01T00:00:00.000Z';
const OWNER = uuidv7();
const NO_IDS = Array.from({ length: 12 }, (_, n) => `no-id-${n}\u001b[31m`);
let server: LocalDynamoDb;
beforeAll(async () => {
  server = await startDynamoDb();
});
afterAll(() => server.stop());

/** Due deletions among entries whose key is no id and items that are no tombstones, all of which come first. */
async function tableWithBadItems() {
  const client = documentClient(new DynamoDBClient(clientSettings(server.endpoint)));
  const { table } = server;
  const good = Array.from({ length: 8 }, () =>
    aTombstone({ state: 'running', ownerId: OWNER, sweepAt: '2021-01-01T00:00:00.000Z', undoableUntil: EARLY }),
  );
  const early = (changes: Partial<Tombstone>) =>
    putOf(
      table,
      aTombstone({ state: 'running', ownerId: OWNER, sweepAt: EARLY, undoableUntil: EARLY, ...changes }),
      'w',
    );
  const put = async (item: Record<string, unknown> | undefined) =>
    void (await client.send(new PutCommand({ TableName: table, Item: item })));
  for (const [shard, videoId] of NO_IDS.entries()) await put({ ...early({}).Item, videoId, shard: shard % 4 });
  for (let n = 0; n < 4; n += 1) await put({ ...early({}).Item, steps: 'none' });
  for (const tombstone of good) await put(putOf(table, tombstone, 'w').Item);
  return {
    tombstones: createDynamoDbTombstones(client, { table }),
    lists: createDynamoDbLists(client, { table }),
    good,
  };
}

test('F60 keys that are no ids, and items that are no tombstones, are reported and passed over', async ({
  annotate,
}) => {
  const { tombstones, lists, good } = await tableWithBadItems();
  world.ports.tombstones = tombstones;
  expect(await sweepDeletions(world.ports)).toBe(good.length);
  const messages = world.queues.cleanup.messages().map(({ videoId }) => videoId);
  expect(messages.toSorted()).toEqual(good.map(({ videoId }) => videoId).toSorted());

  const reported = world.recorded.filter(([name]) => name === 'InvariantsBroken').length;
  expect(reported).toBe(NO_IDS.length);
  expect(world.logged.filter(({ message }) => message === 'not swept')).toHaveLength(4);
  expect(JSON.stringify(world.logged)).not.toContain('no-id');
  const age = world.recorded.findLast(([name]) => name === 'OldestOpenDeletionAge');
  expect(age?.[1], 'the age that the alarm sees').toBeGreaterThan(0);

  for (const query of [{ ownerId: OWNER }, {}] as const) {
    const listed = await everyOf(query);
    expect(listed.toSorted()).toEqual(good.map(({ videoId }) => videoId).toSorted());
  }
  await annotate(`${NO_IDS.length} keys and 4 items reported; ${good.length} of ${good.length} swept and listed`);

  async function everyOf(query: Partial<TombstoneQuery>): Promise<string[]> {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await lists.list({ at: world.ports.clock(), limit: 3, ...query, ...(cursor && { cursor }) });
      found.push(...page.tombstones.map(({ videoId }) => videoId));
      cursor = page.cursor;
    } while (cursor);
    return found;
  }
});
