import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  InvalidArn,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createStepFunctionsRuns } from '../../../../functions/stores/step-functions/step-functions-runs.ts';

const RUN = 'arn:aws:states:eu-west-1:123456789012:execution:processing:video-a';
const STATE_MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:processing';
const EXPRESS_RUN = 'arn:aws:states:eu-west-1:123456789012:express:processing:video-a:1c2d';

const sent = mockClient(SFNClient);
afterAll(() => sent.restore());
const runs = createStepFunctionsRuns(new SFNClient({ region: 'eu-west-1' }), { stateMachineArn: STATE_MACHINE });

const unknown = () => new ExecutionDoesNotExist({ message: 'Execution Does Not Exist', $metadata: {} });

describe('createStepFunctionsRuns', () => {
  beforeEach(() => {
    sent.reset();
    sent.on(StopExecutionCommand).resolves({ stopDate: new Date() });
  });

  it.each([STATE_MACHINE, `${STATE_MACHINE}:7`, `${STATE_MACHINE}:live`])('names a run of %s', (stateMachineArn) => {
    const named = createStepFunctionsRuns(new SFNClient({}), { stateMachineArn }).named('video-a');
    expect(named).toBe(RUN);
  });

  it.each([
    ['RUNNING', 'running'],
    ['PENDING_REDRIVE', 'running'],
    ['SUCCEEDED', 'ended'],
    ['FAILED', 'ended'],
    ['TIMED_OUT', 'ended'],
    ['ABORTED', 'ended'],
  ] as const)('calls a run that is %s %s', async (status, state) => {
    sent.on(DescribeExecutionCommand).resolves({ executionArn: RUN, status });
    expect(await runs.state(RUN)).toBe(state);
  });

  it.each([
    ['nothing', {}],
    ['a state that no run has', { executionArn: RUN, status: 'GONE' as never }],
    ['the state of another run', { executionArn: `${RUN}-1`, status: 'SUCCEEDED' as const }],
  ])('takes an answer that says %s for the answer of something else', async (_, answer) => {
    sent.on(DescribeExecutionCommand).resolves(answer as never);
    await expect(runs.state(RUN)).rejects.toMatchObject({ code: 'ForeignAnswer' });
    await expect(runs.stop(RUN)).rejects.toMatchObject({ code: 'ForeignAnswer' });
  });

  it('has stopped a run only if the answer says when', async () => {
    sent.on(DescribeExecutionCommand).rejects(unknown());
    sent.on(StopExecutionCommand).resolves({});
    await expect(runs.stop(RUN)).rejects.toMatchObject({ code: 'ForeignAnswer' });
  });

  it("never reads a run's input or output", async () => {
    sent.on(DescribeExecutionCommand).resolves({ executionArn: RUN, status: 'RUNNING' });
    await runs.state(RUN);
    expect(sent.commandCalls(DescribeExecutionCommand)[0]?.args[0].input).toEqual({
      executionArn: RUN,
      includedData: 'METADATA_ONLY',
    });
  });

  it('stops a run that DescribeExecution does not show yet', async () => {
    sent.on(DescribeExecutionCommand).rejects(unknown());
    expect(await runs.stop(RUN)).toBe('stopped');
    expect(sent.commandCalls(StopExecutionCommand)[0]?.args[0].input).toEqual({ executionArn: RUN });
  });

  it('takes a run that is forgotten before the stop for unknown', async () => {
    sent.on(DescribeExecutionCommand).resolves({ executionArn: RUN, status: 'RUNNING' });
    sent.on(StopExecutionCommand).rejects(unknown());
    expect(await runs.stop(RUN)).toBe('unknown');
  });

  it('asks nothing about an Express execution, which nobody can stop', async () => {
    expect(await runs.state(EXPRESS_RUN)).toBe('unknown');
    expect(await runs.stop(EXPRESS_RUN)).toBe('unknown');
    expect(sent.calls()).toEqual([]);
  });

  it.each([
    'not-an-arn',
    '',
    RUN.replace(/:execution:[^:]+:/, ':execution:another-machine:'),
    RUN.replace(/states:[^:]+:/, 'states:xx-nowhere-1:'),
    `${RUN}:more`,
    `${RUN} `,
  ])('asks nothing about %j, which is no run of this machine', async (run) => {
    expect([await runs.state(run), await runs.stop(run)]).toEqual(['unknown', 'unknown']);
    expect(sent.calls()).toEqual([]);
  });

  it('does not pass a refusal for a run that is over', async () => {
    sent.on(DescribeExecutionCommand).rejects(new InvalidArn({ message: 'Invalid region', $metadata: {} }));
    await expect(runs.state(RUN)).rejects.toThrow(InvalidArn);
    await expect(runs.stop(RUN)).rejects.toThrow(InvalidArn);
  });
});
