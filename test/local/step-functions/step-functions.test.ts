import { DescribeExecutionCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStepFunctionsRuns } from '../../../functions/stores/step-functions/step-functions-runs.ts';
import { type LocalStepFunctions, startStepFunctions } from '../../../local/step-functions/step-functions.ts';
import { videoRunsContract } from '../../contracts/video-runs.ts';
import { PATIENCE } from '../../support/patience.ts';

const TASK = 'arn:aws:lambda:us-east-1:000000000000:function:Work';
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Two items, one after the other, so that a stop meets one under way and one queued. */
const DEFINITION = {
  StartAt: 'Items',
  States: {
    Items: {
      Type: 'Map',
      ItemsPath: '$.items',
      MaxConcurrency: 1,
      ItemProcessor: { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: TASK, End: true } } },
      End: true,
    },
  },
};

/** A machine whose tasks wait at a gate. */
async function startGated() {
  const gate = Promise.withResolvers<void>();
  const begun: unknown[] = [];
  const ended: unknown[] = [];
  const work = async (input: unknown) => {
    begun.push(input);
    await gate.promise;
    ended.push(input);
    return input;
  };
  const service = await startStepFunctions({
    definition: DEFINITION,
    stateMachineName: 'processing',
    tasks: { [TASK]: work },
  });
  return { service, open: gate.resolve, begun, ended };
}

function clientOf({ endpoint }: LocalStepFunctions): SFNClient {
  return new SFNClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS, disableHostPrefix: true });
}

videoRunsContract('the local Step Functions', async () => {
  const { service, open } = await startGated();
  const client = clientOf(service);
  const { stateMachineArn } = service;
  return {
    runs: createStepFunctionsRuns(client, { stateMachineArn }),
    async start(name) {
      const command = new StartExecutionCommand({ stateMachineArn, name, input: '{"items":[1]}' });
      return (await client.send(command)).executionArn ?? '';
    },
    async finish() {
      open();
      await vi.waitFor(
        () => expect(service.startedRuns().map(({ status }) => status)).not.toContain('RUNNING'),
        PATIENCE,
      );
    },
    async close() {
      open();
      client.destroy();
      await service.stop();
    },
  };
});

describe('startStepFunctions', () => {
  let gated: Awaited<ReturnType<typeof startGated>>;
  let client: SFNClient;
  beforeEach(async () => {
    gated = await startGated();
    client = clientOf(gated.service);
  });
  afterEach(async () => {
    gated.open();
    client.destroy();
    await gated.service.stop();
  });
  const start = (request: { name?: string; input?: string; stateMachineArn?: string } = {}) =>
    client.send(
      new StartExecutionCommand({
        stateMachineArn: gated.service.stateMachineArn,
        name: 'video-a',
        input: '{"items":[1,2]}',
        ...request,
      }),
    );
  const describeRun = (executionArn = '') => client.send(new DescribeExecutionCommand({ executionArn }));

  it('runs the definition with the local tasks to its output', async () => {
    gated.open();
    const { executionArn, startDate } = await start();
    await vi.waitFor(async () => expect((await describeRun(executionArn)).status).toBe('SUCCEEDED'), PATIENCE);
    expect(await describeRun(executionArn)).toMatchObject({ output: '[1,2]', input: '{"items":[1,2]}', startDate });
  });

  it('starts nothing twice for the same name and input', async () => {
    const first = await start();
    expect((await start()).startDate).toEqual(first.startDate);
    expect(gated.service.startedRuns()).toHaveLength(1);
  });

  it('refuses a name again with another input', async () => {
    await start();
    await expect(start({ input: '{"items":[3]}' })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it('refuses a name again once the run has ended', async () => {
    const { executionArn } = await start();
    await client.send(new StopExecutionCommand({ executionArn }));
    await expect(start()).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it.each([
    ['InvalidName', { name: 'a b' }],
    ['InvalidName', { name: 'a'.repeat(81) }],
    ['InvalidExecutionInput', { input: '{' }],
    ['StateMachineDoesNotExist', { stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:other' }],
    ['InvalidArn', { stateMachineArn: 'processing' }],
  ])('answers %s', async (name, request) => {
    await expect(start(request)).rejects.toMatchObject({ name });
  });

  it('lets a task under way go on after a stop, and begins no other', async () => {
    const { executionArn } = await start();
    await vi.waitFor(() => expect(gated.begun).toEqual([1]), PATIENCE);
    await client.send(new StopExecutionCommand({ executionArn }));
    expect(gated.ended).toEqual([]);
    gated.open();
    await gated.service.idle();
    expect(gated.begun).toEqual([1]);
    expect(gated.ended).toEqual([1]);
    expect((await describeRun(executionArn)).status).toBe('ABORTED');
  });

  it('changes nothing when a run that has ended is stopped', async () => {
    gated.open();
    const { executionArn } = await start();
    await vi.waitFor(async () => expect((await describeRun(executionArn)).status).toBe('SUCCEEDED'), PATIENCE);
    const { stopDate } = await describeRun(executionArn);
    expect((await client.send(new StopExecutionCommand({ executionArn }))).stopDate).toEqual(stopDate);
    expect((await describeRun(executionArn)).status).toBe('SUCCEEDED');
  });

  it('refuses a definition that calls what no local task stands for', async () => {
    const machine = { definition: DEFINITION, stateMachineName: 'processing', tasks: {} };
    await expect(startStepFunctions(machine)).rejects.toThrow(TASK);
  });
});
