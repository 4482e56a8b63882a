import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { RunState, VideoRuns } from '../../deletion/ports.ts';

/**
 * Runs of a Standard state machine. They are found by name or by registered ARN, never by listing: ListExecutions has no
 * filter for a video, is eventually consistent, and its quota would need days for a large account.
 *
 * Express executions can be neither described nor stopped, and end by themselves within five minutes (Step Functions
 * quota): they are `unknown` without a call, and what they still write is found again after the settle delay.
 * Every other refusal is thrown: an ARN of another region, or a missing permission, must not pass for a run that is over.
 */
export function createStepFunctionsRuns(
  client: SFNClient,
  { stateMachineArn }: { stateMachineArn: string },
): VideoRuns {
  return {
    named: (name) => executionArnOf(stateMachineArn, name),
    state: (run) => stateOf(client, run),
    stop: (run) => stop(client, run),
  };
}

/** `arn:…:execution:<machine>:<name>`; a version or alias at the end of the state machine's ARN is not part of it. */
function executionArnOf(stateMachineArn: string, name: string): string {
  const [arn, partition, service, region, account, , machine] = stateMachineArn.split(':');
  return [arn, partition, service, region, account, 'execution', machine, name].join(':');
}

/** Asks for metadata alone: input and output are the platform's, and may be encrypted with a key that is not ours to use. */
async function stateOf(client: SFNClient, executionArn: string): Promise<RunState> {
  if (isExpress(executionArn)) return 'unknown';
  const execution = await unlessUnknown(
    client.send(new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' })),
  );
  if (execution === 'unknown') return 'unknown';
  return execution.status === 'RUNNING' || execution.status === 'PENDING_REDRIVE' ? 'running' : 'ended';
}

/**
 * StopExecution answers an ended run as it does a running one and changes nothing, so only the state read before tells
 * the two apart. DescribeExecution may lag behind a run that has just started, hence an unknown one is stopped all the same.
 */
async function stop(client: SFNClient, executionArn: string): Promise<'stopped' | 'ended' | 'unknown'> {
  if (isExpress(executionArn)) return 'unknown';
  if ((await stateOf(client, executionArn)) === 'ended') return 'ended';
  const stopped = await unlessUnknown(client.send(new StopExecutionCommand({ executionArn })));
  return stopped === 'unknown' ? 'unknown' : 'stopped';
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
