import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  type SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { StepFailed } from '../../deletion/errors.ts';
import type { RunState, VideoRuns } from '../../deletion/ports.ts';

/**
 * Runs of a Standard state machine. They are found by name or by registered ARN, never by listing: ListExecutions has
 * no filter for a video, is eventually consistent, and would take days in a large account because of its quota.
 *
 * Express executions can be neither described nor stopped; they end by themselves within five minutes (Step Functions
 * quota). They are reported as `unknown` without a call, and what they still write is found after the settle delay. So
 * are ARNs of another machine, and what is no ARN. All other errors are thrown: a missing permission must not look like
 * a run that has ended.
 */
export function createStepFunctionsRuns(
  client: SFNClient,
  { stateMachineArn }: { stateMachineArn: string },
): VideoRuns {
  return {
    named: (name) => executionArnOf(stateMachineArn, name),
    state: async (run) => (isOfMachine(run, stateMachineArn) ? await stateOf(client, run) : 'unknown'),
    stop: async (run) => (isOfMachine(run, stateMachineArn) ? await stop(client, run) : 'unknown'),
  };
}

/** `arn:…:execution:<machine>:<name>`, without a version or alias at the end of the state machine's ARN. */
function executionArnOf(stateMachineArn: string, name: string): string {
  const [arn, partition, service, region, account, , machine] = stateMachineArn.split(':');
  return [arn, partition, service, region, account, 'execution', machine, name].join(':');
}

/** A platform's table may name anything. Calls for another machine, or for no ARN at all, would be refused for ever. */
function isOfMachine(run: string, stateMachineArn: string): boolean {
  const start = executionArnOf(stateMachineArn, '');
  return run.startsWith(start) && /^[^\s:]{1,80}$/.test(run.slice(start.length));
}

/**
 * Reads only metadata: input and output belong to the platform, and may be encrypted with a key that we may not use.
 */
async function stateOf(client: SFNClient, executionArn: string): Promise<RunState> {
  if (isExpress(executionArn)) return 'unknown';
  const execution = await unlessUnknown(
    client.send(new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' })),
  );
  if (execution === 'unknown') return 'unknown';
  const state = STATES[execution.status ?? ''];
  // Something in between may answer for Step Functions. No state of no run, or of another one, is no answer.
  if (!state || execution.executionArn !== executionArn) throw new StepFailed('ForeignAnswer');
  return state;
}

const STATES: Readonly<Record<string, RunState>> = {
  RUNNING: 'running',
  PENDING_REDRIVE: 'running',
  SUCCEEDED: 'ended',
  FAILED: 'ended',
  TIMED_OUT: 'ended',
  ABORTED: 'ended',
} satisfies Record<ExecutionStatus, RunState>;

/**
 * StopExecution has the same answer for an ended run, which it does not change, as for a running one. Only the state
 * that was read before tells them apart. DescribeExecution may not know a run that has just started, so an unknown run
 * is stopped as well.
 */
async function stop(client: SFNClient, executionArn: string): Promise<'stopped' | 'ended' | 'unknown'> {
  if (isExpress(executionArn)) return 'unknown';
  if ((await stateOf(client, executionArn)) === 'ended') return 'ended';
  const stopped = await unlessUnknown(client.send(new StopExecutionCommand({ executionArn })));
  if (stopped === 'unknown') return 'unknown';
  if (!stopped.stopDate) throw new StepFailed('ForeignAnswer');
  return 'stopped';
}

/** `arn:<partition>:states:<region>:<account>:express:<machine>:<name>:<id>`. */
function isExpress(executionArn: string): boolean {
  return executionArn.split(':')[5] === 'express';
}

async function unlessUnknown<Answer>(sent: Promise<Answer>): Promise<Answer | 'unknown'> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return 'unknown';
    throw error;
  }
}
