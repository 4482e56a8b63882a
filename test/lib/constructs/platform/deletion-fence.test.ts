import { readFileSync } from 'node:fs';
import { DynamoDBClient, GetItemCommand, type GetItemCommandInput } from '@aws-sdk/client-dynamodb';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { State, StateBeforeHold, Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { createDynamoDbTombstones, documentClient } from '../../../../functions/stores/dynamodb/dynamodb-tombstones.ts';
import { DeletionFence, type DeletionFenceProps } from '../../../../lib/constructs/platform/deletion-fence.ts';
import { clientSettings } from '../../../../local/aws/client-settings.ts';
import { type LocalDynamoDb, startDynamoDb } from '../../../../local/dynamodb/dynamodb.ts';
import { createLocalRuns, type LocalRun } from '../../../../local/step-functions/step-functions-runs.ts';
import type { LocalTask } from '../../../../local/step-functions/step-functions-tasks.ts';
import { aLegalHold, aTombstone, aVideoId } from '../../../support/a-tombstone.ts';
import { definitionIn } from '../../../support/definition-in.ts';

type Options = Partial<Omit<DeletionFenceProps, 'tombstones'>>;
type Stored = { state: State; heldFrom?: StateBeforeHold };

let server: LocalDynamoDb;
let dynamoDb: DynamoDBClient;
beforeAll(async () => {
  server = await startDynamoDb();
  dynamoDb = new DynamoDBClient(clientSettings(server.endpoint));
});
afterAll(async () => {
  dynamoDb.destroy();
  await server.stop();
});

/** A machine that writes behind the fence. */
function fencedMachine(options: Options): Template {
  const stack = new Stack(new App(), 'Stack');
  const tombstones = Table.fromTableName(stack, 'Tombstones', server.table);
  const fence = new DeletionFence(stack, 'Fence', { tombstones, ...options });
  const definitionBody = DefinitionBody.fromChainable(fence.next(new Pass(stack, 'Write', { resultPath: '$.wrote' })));
  new StateMachine(stack, 'Machine', { definitionBody });
  return Template.fromStack(stack);
}

const definitions = new Map<string, StateMachineDefinition>();

/** Synthesised once for the same options. */
function definitionOf(options: Options): StateMachineDefinition {
  const key = JSON.stringify(options);
  const definition = definitions.get(key) ?? (definitionIn(fencedMachine(options)) as StateMachineDefinition);
  definitions.set(key, definition);
  return definition;
}

/** What Step Functions would have DynamoDB answer: JSON, so without members that are undefined. */
async function readTombstone(request: unknown): Promise<unknown> {
  return JSON.parse(JSON.stringify(await dynamoDb.send(new GetItemCommand(request as GetItemCommandInput))));
}

/** Runs the synthesised machine to its end; its calls of DynamoDB reach the local one. */
async function run(input: object, options: Options = {}, read: LocalTask = readTombstone): Promise<LocalRun> {
  const runs = createLocalRuns({
    definition: definitionOf(options),
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:fenced',
    tasks: { 'arn:aws:states:::dynamodb:getItem': read },
  });
  const { arn } = runs.start('run', JSON.stringify(input));
  await expect.poll(() => runs.find(arn).status).not.toBe('RUNNING');
  return runs.find(arn);
}

/** Writes a tombstone as the service does; the id of its video. */
async function buried({ state, heldFrom }: Stored): Promise<Tombstone['videoId']> {
  const videoId = aVideoId();
  const tombstones = createDynamoDbTombstones(documentClient(dynamoDb), { table: server.table });
  await tombstones.write(undefined, aTombstone({ videoId, state, held: heldFrom && aLegalHold(heldFrom) }));
  return videoId;
}

const named = (tombstones: Stored[]) =>
  tombstones.map((one) => [one.heldFrom ? `${one.state}, from ${one.heldFrom}` : one.state, one] as const);

/** What only the state behind the fence adds to the data of the run. */
const hasWritten = ({ output }: LocalRun) => 'wrote' in (JSON.parse(output ?? '{}') as object);

describe('the fence as a text', () => {
  it('is what the construct makes, for those who write their state machine without the CDK', () => {
    const stack = new Stack(new App(), 'Stack');
    const tombstones = Table.fromTableName(stack, 'Tombstones', 'DELETIONS_TABLE');
    const fence = new DeletionFence(stack, 'Fence', { tombstones });
    const definitionBody = DefinitionBody.fromChainable(fence.next(new Pass(stack, 'YOUR_STATE')));
    new StateMachine(stack, 'Machine', { definitionBody });
    const { YOUR_STATE: _, ...States } = (definitionIn(Template.fromStack(stack)) as StateMachineDefinition).States;
    expect(JSON.parse(readFileSync('docs/fence.asl.json', 'utf8'))).toEqual(States);
  });
});

describe('the fence', () => {
  it('lets the run go on where there is no tombstone', async () => {
    const ended = await run({ videoId: aVideoId() });
    expect([ended.status, hasWritten(ended)]).toEqual(['SUCCEEDED', true]);
  });

  it.each(
    named([
      { state: 'none' },
      { state: 'pending' },
      { state: 'cancelled' },
      { state: 'held', heldFrom: 'none' },
      { state: 'held', heldFrom: 'pending' },
      { state: 'held', heldFrom: 'cancelled' },
    ]),
  )('lets the run go on while the deletion is %s', async (_name, tombstone) => {
    const ended = await run({ videoId: await buried(tombstone) });
    expect([ended.status, hasWritten(ended)]).toEqual(['SUCCEEDED', true]);
  });

  it.each(
    named([
      { state: 'running' },
      { state: 'settling' },
      { state: 'deleted' },
      { state: 'failed' },
      { state: 'held', heldFrom: 'running' },
      { state: 'held', heldFrom: 'settling' },
      { state: 'held', heldFrom: 'failed' },
      { state: 'held' },
      { state: 'a state of a later version' as State },
    ]),
  )('ends the run once the deletion is %s', async (_name, tombstone) => {
    const input = { videoId: await buried(tombstone) };
    expect(await run(input)).toMatchObject({ status: 'FAILED', error: 'VideoDeleted' });
    const quiet = await run(input, { onDeleted: 'succeed' });
    expect([quiet.status, hasWritten(quiet)]).toEqual(['SUCCEEDED', false]);
  });

  it('finds the id where the platform keeps it', async () => {
    const input = { detail: { video: await buried({ state: 'running' }) } };
    expect(await run(input, { videoIdPath: '$.detail.video' })).toMatchObject({ error: 'VideoDeleted' });
  });

  it('writes nothing when the tombstone cannot be read', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const running = run({ videoId: aVideoId() }, {}, () => Promise.reject(new Error('throttled')));
    // The retries wait for a minute in all.
    await vi.advanceTimersByTimeAsync(120_000);
    const ended = await running;
    expect([ended.status, hasWritten(ended)]).toEqual(['FAILED', false]);
  });

  it('reads the newest tombstone, and may do nothing but read single ones', () => {
    const template = fencedMachine({});
    expect(JSON.stringify(definitionIn(template))).toContain('"ConsistentRead":true');
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      expect.objectContaining({ Action: 'dynamodb:GetItem', Effect: 'Allow' }),
    ]);
  });
});

it('reads only where a hold leads back to: who holds a video, and why, is not for the history of runs', () => {
  const read = JSON.stringify(definitionOf({}));
  expect(read).toContain('#state,held.#from');
  expect(read).not.toMatch(/ProjectionExpression[^}]*held["\\]/);
});
