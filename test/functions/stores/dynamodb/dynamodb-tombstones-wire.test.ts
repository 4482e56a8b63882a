import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { append } from '../../../../functions/deletion/record/history.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { createDynamoDbTombstones, documentClient } from '../../../../functions/stores/dynamodb/dynamodb-tombstones.ts';
import { MalformedTombstone } from '../../../../functions/stores/dynamodb/tombstone-schema.ts';
import { aTombstone } from '../../../support/a-tombstone.ts';

const wire = mockClient(DynamoDBDocumentClient);
afterAll(() => wire.restore());
const tombstones = createDynamoDbTombstones(documentClient(new DynamoDBClient({ region: 'eu-west-1' })), {
  table: 't',
});
const conditionFailed = new ConditionalCheckFailedException({
  message: 'The conditional request failed',
  $metadata: {},
});

const LEASE = { owner: 'worker-1', until: '2026-11-22T10:01:00.000Z' };

beforeEach(() => {
  wire.reset();
});

describe('a write', () => {
  it('puts a first tombstone with its shard, only where there is none', async () => {
    const tombstone = aTombstone();
    await tombstones.write(undefined, tombstone);
    expect(wire.commandCalls(PutCommand)[0]?.args[0].input).toEqual({
      TableName: 't',
      Item: {
        ...tombstone,
        shard: expect.toBeOneOf([0, 1, 2, 3]),
        openState: expect.stringMatching(/^waiting-[0-3]$/),
        since: tombstone.undoableUntil,
        month: expect.stringMatching(/^2026-11-[0-3]$/),
        lastWrite: expect.any(String),
      },
      ConditionExpression: 'attribute_not_exists(videoId)',
    });
  });

  it('updates only what differs, on the condition of what was read', async () => {
    const before = aTombstone({ revision: 4, lease: LEASE });
    const entry = { at: '2026-11-22T10:09:00.000Z', from: 'pending', to: 'failed', by: 'worker' };
    const history = append(before.history, entry);
    const { lease: _, dueAt: __, sweepAt: ___, ...rest } = before;
    const after: Tombstone = { ...rest, deletionId: 'new', revision: 5, state: 'failed', history };
    await tombstones.write(before, after);
    expect(wire.commandCalls(UpdateCommand)[0]?.args[0].input).toEqual({
      TableName: 't',
      Key: { videoId: before.videoId },
      UpdateExpression:
        'SET #deletionId = :deletionId, #revision = :revision, #state = :state, ' +
        '#history = list_append(#history, :history), #openState = :openState, #since = :since, ' +
        '#lastWrite = :lastWrite REMOVE #dueAt, #lease, #sweepAt, #shard',
      ConditionExpression: '#revision = :previousRevision AND #deletionId = :previousDeletionId',
      ExpressionAttributeNames: {
        '#deletionId': 'deletionId',
        '#revision': 'revision',
        '#state': 'state',
        '#history': 'history',
        '#openState': 'openState',
        '#since': 'since',
        '#lastWrite': 'lastWrite',
        '#dueAt': 'dueAt',
        '#sweepAt': 'sweepAt',
        '#lease': 'lease',
        '#shard': 'shard',
      },
      ExpressionAttributeValues: {
        ':deletionId': 'new',
        ':revision': 5,
        ':state': 'failed',
        ':history': history.slice(1),
        ':openState': 'failed',
        ':since': after.requestedAt,
        ':lastWrite': expect.any(String),
        ':previousRevision': 4,
        ':previousDeletionId': before.deletionId,
      },
    });
  });

  it('writes a history whole when it does not begin with the old one', async () => {
    const before = aTombstone({ history: append(aTombstone().history, { at: 'x', from: 'a', to: 'b', by: 'worker' }) });
    const history = before.history.slice(1);
    await tombstones.write(before, { ...before, revision: 2, history });
    const { UpdateExpression, ExpressionAttributeValues } = wire.commandCalls(UpdateCommand)[0]?.args[0].input ?? {};
    expect(UpdateExpression).toBe('SET #revision = :revision, #history = :history, #lastWrite = :lastWrite');
    expect(ExpressionAttributeValues).toMatchObject({ ':history': history });
  });

  it('is true when the condition failed on the very same write: the answer to the first attempt was lost', async () => {
    const before = aTombstone();
    const after: Tombstone = { ...before, revision: 2, lease: LEASE };
    wire.on(UpdateCommand).rejects(conditionFailed);
    wire.on(GetCommand).callsFake(() => {
      const sent = wire.commandCalls(UpdateCommand)[0]?.args[0].input.ExpressionAttributeValues;
      return { Item: { ...after, shard: 1, lastWrite: sent?.[':lastWrite'] } };
    });
    expect(await tombstones.write(before, after)).toBe(true);
    expect(wire.commandCalls(GetCommand)[0]?.args[0].input).toMatchObject({ ConsistentRead: true });
  });

  it('is false when the condition failed on another one', async () => {
    const before = aTombstone();
    wire.on(UpdateCommand).rejects(conditionFailed);
    wire.on(GetCommand).resolves({ Item: { ...before, revision: 2, lease: { ...LEASE, owner: 'worker-2' } } });
    expect(await tombstones.write(before, { ...before, revision: 2, lease: LEASE })).toBe(false);
  });

  it('passes any other failure on', async () => {
    wire.on(PutCommand).rejects(new Error('socket hang up'));
    await expect(tombstones.write(undefined, aTombstone())).rejects.toThrow('socket hang up');
  });
});

describe('a read', () => {
  it('refuses a malformed item, naming its attributes and none of their values', async () => {
    const { steps, ...rest } = aTombstone();
    const Item = { ...rest, state: 'secret-state', steps: { ...steps, hide: { ...steps.hide, attempts: 'secret' } } };
    wire.on(GetCommand).resolves({ Item });
    const failure = await tombstones.find(rest.videoId).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MalformedTombstone);
    expect(String(failure)).toMatch(/: state, steps\.hide\.attempts$/);
  });

  it('keeps what a newer version has put into an attribute', async () => {
    const tombstone = aTombstone();
    const Item = { ...tombstone, target: { ...tombstone.target, captions: ['de'] } };
    wire.on(GetCommand).resolves({ Item });
    expect(await tombstones.find(tombstone.videoId)).toEqual(Item);
  });

  it('goes through every page of every shard for what is due', async () => {
    const ids = Array.from({ length: 8 }, () => aTombstone().videoId);
    wire.on(QueryCommand).callsFake(({ ExpressionAttributeValues, ExclusiveStartKey }) => {
      const shard = ExpressionAttributeValues[':shard'];
      const page = { Items: [{ videoId: ids[2 * shard + (ExclusiveStartKey ? 1 : 0)] }] };
      return ExclusiveStartKey ? page : { ...page, LastEvaluatedKey: { videoId: ids[2 * shard] } };
    });
    const due: string[] = [];
    for await (const id of tombstones.due(new Date('2026-11-22T10:00:00.000Z'))) due.push(id);
    expect(due).toEqual(ids);
    expect(wire.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({
      IndexName: 'due',
      KeyConditionExpression: '#shard = :shard AND sweepAt <= :at',
      ExpressionAttributeValues: { ':shard': 0, ':at': '2026-11-22T10:00:00.000Z' },
    });
  });
});
