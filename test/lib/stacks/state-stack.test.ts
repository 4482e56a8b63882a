import { describe, expect, it } from 'vitest';
import { tombstoneTable } from '../../../functions/stores/dynamodb/tombstone-table.ts';
import { environmentNamed } from '../../../lib/environment.ts';
import { StateStack } from '../../../lib/stacks/state-stack.ts';
import { appForTests, templatesOf } from '../../support/synthesised.ts';

/** A new logical id is a new, empty resource in the place of the old one: these never change. */
const LOGICAL_IDS = {
  TombstonesF1409147: 'AWS::DynamoDB::GlobalTable',
  ReceiptKey306FE255: 'AWS::KMS::Key',
  CleanupD4E4842E: 'AWS::SQS::Queue',
  CleanupDeadLetters45BB7894: 'AWS::SQS::Queue',
  Edge7038544F: 'AWS::SQS::Queue',
  EdgeDeadLetters4C088667: 'AWS::SQS::Queue',
};

const STATEFUL = new Set(Object.values(LOGICAL_IDS));

/** Only beside a platform: what others point at by id, so that a new one would cut them off. */
const POINTED_AT = {
  GateDeletedVideos46D11E58: 'AWS::CloudFront::KeyValueStore',
  GateFunction115324B9: 'AWS::CloudFront::Function',
  Functions1094A112: 'AWS::EC2::SecurityGroup',
};

function stateful(name: 'dev' | 'staging' | 'prod') {
  const { Resources } = templatesOf(name).state.toJSON() as {
    Resources: Record<string, { Type: string; DeletionPolicy?: string; UpdateReplacePolicy?: string }>;
  };
  return Object.entries(Resources).filter(([, { Type }]) => STATEFUL.has(Type));
}

describe('what is stateful', () => {
  it.each(['dev', 'staging', 'prod'] as const)('keeps its logical id in %s', (name) => {
    expect(Object.fromEntries(stateful(name).map(([id, { Type }]) => [id, Type]))).toEqual(LOGICAL_IDS);
  });

  it('includes the gate, which distributions name, and the group that the database lets in', () => {
    const { Resources } = templatesOf('prod').state.toJSON() as {
      Resources: Record<string, { Type: string; DeletionPolicy?: string }>;
    };
    for (const [id, type] of Object.entries(POINTED_AT)) expect([id, Resources[id]?.Type]).toEqual([id, type]);
    const gate = Object.values(Resources).filter(({ Type }) => Type.startsWith('AWS::CloudFront'));
    expect(gate.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Retain', 'Retain']);
  });

  it.each([
    ['prod', 'Retain'],
    ['staging', 'Retain'],
    ['dev', 'Delete'],
  ] as const)('in %s, has the policy %s', (name, policy) => {
    const policies = stateful(name).flatMap(([, { DeletionPolicy, UpdateReplacePolicy }]) => [
      DeletionPolicy,
      UpdateReplacePolicy,
    ]);
    expect(new Set(policies)).toEqual(new Set([policy]));
  });

  it.each([
    ['prod', true],
    ['dev', false],
  ] as const)('in %s, is protected from being deleted: %s', (name, isProtected) => {
    const stack = new StateStack(appForTests(), 'State', { environment: environmentNamed(name) });
    expect(stack.terminationProtection).toBe(isProtected);
    templatesOf(name).state.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      Replicas: [{ DeletionProtectionEnabled: isProtected }],
    });
  });
});

describe('the table of tombstones', () => {
  it('has the keys, indexes and time to live that the adapter counts on, and can be restored', () => {
    const { partitionKey, timeToLiveAttribute, indexes } = tombstoneTable;
    templatesOf('prod').state.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      KeySchema: [{ AttributeName: partitionKey.name, KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: timeToLiveAttribute, Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
      GlobalSecondaryIndexes: Object.values(indexes).map((index) => ({
        IndexName: index.name,
        KeySchema: [
          { AttributeName: index.partitionKey.name, KeyType: 'HASH' },
          { AttributeName: index.sortKey.name, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    });
  });
});

describe('the queues', () => {
  const FOURTEEN_DAYS = 14 * 86_400;
  const { state, service } = templatesOf('prod');
  const queues = Object.entries(state.findResources('AWS::SQS::Queue'));

  it('keep messages for 14 days, encrypted, and give up on one after it was received 5 times', () => {
    for (const [id, { Properties }] of queues) {
      expect(Properties).toMatchObject({ MessageRetentionPeriod: FOURTEEN_DAYS, SqsManagedSseEnabled: true });
      if (!id.includes('DeadLetters')) expect(Properties.RedrivePolicy.maxReceiveCount).toBe(5);
    }
  });

  it('refuse whoever does not speak TLS', () => {
    const refusing = Object.values(state.findResources('AWS::SQS::QueuePolicy')).map(({ Properties }) => [
      Properties.Queues[0].Ref,
      Properties.PolicyDocument.Statement[0],
    ]);
    expect(refusing.map(([queue]) => queue).sort()).toEqual(queues.map(([id]) => id).sort());
    for (const [, statement] of refusing)
      expect(statement).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  });

  it.each([
    ['cleanup', /^Cleanup[0-9A-F]{8}$/, 0],
    ['invalidate-edge', /^Edge[0-9A-F]{8}$/, 5],
  ])('hide a message of %s for six times as long as it may take', (entry, queueId, window) => {
    const description = `Video deletion: ${entry}`;
    const [worker] = Object.values(
      service.findResources('AWS::Lambda::Function', { Properties: { Description: description } }),
    );
    const [, queue] = queues.find(([id]) => queueId.test(id)) ?? [];
    expect(queue?.Properties.VisibilityTimeout).toBe(6 * worker?.Properties.Timeout + window);
  });
});

it('signs receipts with a key that KMS keeps: RSA of 2,048 bits', () => {
  templatesOf('prod').state.hasResourceProperties('AWS::KMS::Key', {
    KeySpec: 'RSA_2048',
    KeyUsage: 'SIGN_VERIFY',
  });
});
