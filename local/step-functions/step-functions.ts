import { randomUUID } from 'node:crypto';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { AwsFault } from '../aws/aws-fault.ts';
import { type AwsOperation, answerAwsJson, secondsOf, textOf } from '../aws/aws-json.ts';
import { listenOnLoopback } from '../loopback.ts';
import { createLocalRuns, type LocalRun, type LocalRuns } from './step-functions-runs.ts';
import type { LocalTask } from './step-functions-tasks.ts';

export type LocalStepFunctions = {
  /** The `endpoint` for the client. The client also needs `disableHostPrefix: true`. */
  endpoint: string;
  stateMachineArn: string;
  startedRuns(): LocalRun[];
  /** Resolves when no task is running any more, including tasks of stopped runs. */
  idle(): Promise<void>;
  /** Stops every run and closes the port. Running tasks go on to their end. */
  stop(): Promise<void>;
};

/**
 * Only JSONPath: the interpreter ignores JSONata without an error. `tasks` are keyed by the ARN that a Task state
 * calls.
 */
export type LocalStateMachine = {
  definition: object;
  stateMachineName: string;
  tasks: Record<string, LocalTask>;
};

/**
 * Step Functions for one Standard state machine: StartExecution, DescribeExecution and StopExecution as the SDK calls
 * them. It answers nothing else. ListExecutions is left out on purpose: nothing in this product may rely on it.
 * @throws when the definition is invalid, or calls an ARN without a local task
 */
export async function startStepFunctions({
  definition,
  stateMachineName,
  tasks,
}: LocalStateMachine): Promise<LocalStepFunctions> {
  const stateMachineArn = `arn:aws:states:us-east-1:000000000000:stateMachine:${stateMachineName}`;
  // The interpreter validates the definition when it is created.
  const runs = createLocalRuns({ definition: definition as StateMachineDefinition, stateMachineArn, tasks });
  const server = await listenOnLoopback(answerAwsJson(operationsOn(runs, stateMachineArn)));
  return {
    endpoint: server.url,
    stateMachineArn,
    startedRuns: runs.all,
    idle: runs.idle,
    async stop() {
      for (const run of runs.all()) runs.stop(run.arn);
      await server.close();
    },
  };
}

function operationsOn(runs: LocalRuns, stateMachineArn: string): Record<string, AwsOperation> {
  return {
    'AWSStepFunctions.StartExecution': async (request) => {
      const wanted = arnIn(request, 'stateMachineArn', 'stateMachine');
      if (wanted !== stateMachineArn) {
        throw new AwsFault('StateMachineDoesNotExist', `State Machine Does Not Exist: '${wanted}'`);
      }
      const run = runs.start(nameIn(request), inputIn(request));
      return { executionArn: run.arn, startDate: secondsOf(run.startedAt) };
    },
    'AWSStepFunctions.DescribeExecution': async (request) => {
      const { arn, startedAt, endedAt, ...run } = runs.find(arnIn(request, 'executionArn', 'execution'));
      const dates = { startDate: secondsOf(startedAt), ...(endedAt && { stopDate: secondsOf(endedAt) }) };
      return { executionArn: arn, stateMachineArn, ...run, ...dates };
    },
    'AWSStepFunctions.StopExecution': async (request) => {
      const { endedAt } = runs.stop(arnIn(request, 'executionArn', 'execution'));
      return { stopDate: endedAt && secondsOf(endedAt) };
    },
  };
}

function arnIn(request: Record<string, unknown>, member: string, resource: 'stateMachine' | 'execution'): string {
  const arn = textOf(request, member);
  if (new RegExp(`^arn:[^:]+:states:[^:]+:[^:]+:${resource}:.+$`).test(arn)) return arn;
  throw new AwsFault('InvalidArn', `Invalid Arn: '${arn}'`);
}

/** Up to 80 characters, without white space, control characters, and characters with a meaning in URLs or globs. */
function nameIn(request: Record<string, unknown>): string {
  if (request.name === undefined) return randomUUID();
  const name = textOf(request, 'name');
  if (/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(name)) return name;
  throw new AwsFault('InvalidName', `Invalid Name: '${name}'`);
}

function inputIn(request: Record<string, unknown>): string {
  const input = request.input === undefined ? '{}' : textOf(request, 'input');
  try {
    JSON.parse(input);
    return input;
  } catch {
    throw new AwsFault('InvalidExecutionInput', 'Invalid State Machine Execution Input: not JSON');
  }
}
