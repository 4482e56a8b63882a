import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../../functions/deletion/errors.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { documentClient } from '../../../../functions/stores/dynamodb/dynamodb-tombstones.ts';
import { createDynamoDbLists } from '../../../../functions/stores/dynamodb/tombstone-list.ts';
import { aTombstone } from '../../../support/a-tombstone.ts';

const wire = mockClient(DynamoDBDocumentClient);
afterAll(() => wire.restore());
const tombstones = createDynamoDbLists(documentClient(new DynamoDBClient({ region: 'eu-west-1' })), {
  table: 't',
});

beforeEach(() => {
  wire.reset();
});

const ownerId = 'owner-1';
const at = new Date('2026-11-22T12:00:00.000Z');
const anOwned = (hour: number) => aTombstone({ ownerId, requestedAt: `2026-11-22T${hour}:00:00.000Z` });
const keyOf = ({ videoId, requestedAt }: Tombstone) => ({ videoId, ownerId, requestedAt });

it('asks again for keys that a batch left unread, and keeps the order of the index', async () => {
  const [first, second] = [anOwned(11), anOwned(10)];
  wire.on(QueryCommand).resolves({ Items: [keyOf(first), keyOf(second)] });
  wire
    .on(BatchGetCommand)
    .resolvesOnce({
      Responses: { t: [second] },
      UnprocessedKeys: { t: { Keys: [{ videoId: first.videoId }] } },
    })
    .resolvesOnce({ Responses: { t: [first] } });
  expect(await tombstones.list({ at, ownerId, limit: 2 })).toEqual({ tombstones: [first, second] });
  expect(wire.commandCalls(BatchGetCommand)[1]?.args[0].input.RequestItems?.t?.Keys).toEqual([
    { videoId: first.videoId },
  ]);
});

it('gives up on a table that leaves keys unread every time', async () => {
  const tombstone = aTombstone({ ownerId });
  wire.on(QueryCommand).resolves({ Items: [keyOf(tombstone)] });
  wire.on(BatchGetCommand).resolves({ UnprocessedKeys: { t: { Keys: [{ videoId: tombstone.videoId }] } } });
  await expect(tombstones.list({ at, ownerId, limit: 2 })).rejects.toThrow(StoreUnavailable);
});

it('leaves out what the index still names and the table has no more, or in another state', async () => {
  const [gone, changed, kept] = [aTombstone(), aTombstone({ state: 'running' }), aTombstone({ state: 'failed' })];
  const keys = [gone, changed, kept].map(({ videoId, requestedAt: since }) => ({
    videoId,
    since,
    openState: 'failed',
  }));
  wire.on(QueryCommand).resolves({ Items: keys });
  wire.on(BatchGetCommand).resolves({ Responses: { t: [kept, changed] } });
  expect(await tombstones.list({ at, states: ['failed'], limit: 5 })).toEqual({ tombstones: [kept] });
});

it('goes on with the others when one cannot be read, and names that', async () => {
  const [first, second] = [anOwned(11), anOwned(10)];
  const broken = aTombstone({ ownerId, requestedAt: '2026-11-22T10:30:00.000Z' });
  wire.on(QueryCommand).resolves({ Items: [first, broken, second].map(keyOf) });
  wire.on(BatchGetCommand).resolves({ Responses: { t: [second, { ...broken, steps: 'none' }, first] } });
  expect(await tombstones.list({ at, ownerId, limit: 5 })).toEqual({
    tombstones: [first, second],
    malformed: [broken.videoId],
  });
});

it('ends after ten batches of keys where nothing matches, with a cursor to go on', async () => {
  const keys = Array.from({ length: 1_500 }, () => aTombstone({ state: 'running' })).map(keyOf);
  wire.on(QueryCommand).resolves({ Items: keys });
  wire.on(BatchGetCommand).resolves({ Responses: { t: [] } });
  const page = await tombstones.list({ at, ownerId, states: ['deleted'], limit: 99 });
  expect(page).toEqual({ tombstones: [], cursor: expect.any(String) });
  expect(wire.commandCalls(BatchGetCommand)).toHaveLength(10);
  const rest = await tombstones.list({ at, ownerId, states: ['deleted'], limit: 99, cursor: page.cursor as string });
  expect(rest).toEqual({ tombstones: [] });
  expect(wire.commandCalls(BatchGetCommand)).toHaveLength(15);
});

it('reads one that is in two partitions at once, because it moves, only once', async () => {
  const moving = aTombstone({ state: 'held' });
  const key = { videoId: moving.videoId, since: moving.requestedAt };
  wire.on(QueryCommand).resolves({ Items: [key] });
  wire.on(BatchGetCommand).callsFake(({ RequestItems }) => {
    expect(RequestItems.t.Keys).toEqual([{ videoId: moving.videoId }]);
    return { Responses: { t: [moving] } };
  });
  expect(await tombstones.list({ at, states: ['failed', 'held'], limit: 5 })).toEqual({ tombstones: [moving] });
});

it('asks for no month that is still to come', async () => {
  wire.on(QueryCommand).resolves({ Items: [] });
  expect(await tombstones.list({ at, until: '9999-12-31T00:00:00.000Z', limit: 5 })).toEqual({ tombstones: [] });
  expect(wire.commandCalls(QueryCommand)).toHaveLength(4 * 11);
});

it('counts by the keys of an index alone, page by page', async () => {
  wire.on(QueryCommand).callsFake(({ ExpressionAttributeValues, ExclusiveStartKey }) => {
    if (ExpressionAttributeValues[':partition'] !== 'failed') return { Count: 0 };
    return ExclusiveStartKey ? { Count: 2 } : { Count: 3, LastEvaluatedKey: { videoId: 'x' } };
  });
  expect(await tombstones.standing(at)).toEqual({ waiting: 0, open: 0, failed: 5, held: 0 });
  expect(wire.commandCalls(BatchGetCommand)).toHaveLength(0);
});
