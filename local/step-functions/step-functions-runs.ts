import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { AwsFault } from '../aws/aws-fault.ts';
import { type LocalTask, type TaskHandlers, taskResourcesOf } from './step-functions-tasks.ts';

/** One run, as DescribeExecution returns it. `input` and `output` are JSON strings. */
export type LocalRun = {
  name: string;
  arn: string;
  input: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  startedAt: Date;
  endedAt?: Date;
  output?: string;
  error?: string;
  cause?: string;
};

export type LocalRuns = {
  /**
   * Starts a run. The same name and input as a running one returns that run.
   * @throws {AwsFault} ExecutionAlreadyExists for another input, or when the run has ended
   */
  start(name: string, input: string): LocalRun;
  /** @throws {AwsFault} ExecutionDoesNotExist */
  find(arn: string): LocalRun;
  /** Ends a run between two states. The current task goes on, as a Lambda function would. */
  stop(arn: string): LocalRun;
  all(): LocalRun[];
  /** Resolves when no task is running any more, including tasks of stopped runs. */
  idle(): Promise<void>;
};

type Machine = { definition: StateMachineDefinition; stateMachineArn: string; tasks: Record<string, LocalTask> };
type LiveRun = { run: LocalRun; abort: () => void };

/** The runs of one Standard state machine, in memory: a new process knows none of them. */
export function createLocalRuns({ definition, stateMachineArn, tasks }: Machine): LocalRuns {
  const interpreter = new StateMachine(definition);
  const resources = taskResourcesOf(definition.States, tasks);
  const runs = new Map<string, LiveRun>();
  const underWay = new Set<Promise<unknown>>();

  function launch(run: LocalRun): LiveRun {
    const overrides = { taskResourceLocalHandlers: handlersFor(run, resources, tasks, underWay) };
    const context = { Execution: { Id: run.arn, Name: run.name }, StateMachine: { Id: stateMachineArn } };
    const { result, abort } = interpreter.run(JSON.parse(run.input), { overrides, context });
    result.then(
      (output) => end(run, { status: 'SUCCEEDED', output: JSON.stringify(output) }),
      (error: Error) => end(run, failureOf(error)),
    );
    return { run, abort };
  }

  function find(arn: string): LiveRun {
    const found = runs.get(arn);
    if (found) return found;
    throw new AwsFault('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  return {
    start(name, input) {
      const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      const earlier = runs.get(arn)?.run;
      if (earlier?.status === 'RUNNING' && earlier.input === input) return earlier;
      if (earlier) throw new AwsFault('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      const live = launch({ name, arn, input, status: 'RUNNING', startedAt: new Date() });
      runs.set(arn, live);
      return live.run;
    },
    find: (arn) => find(arn).run,
    stop(arn) {
      const { run, abort } = find(arn);
      end(run, { status: 'ABORTED' });
      abort();
      return run;
    },
    all: () => [...runs.values()].map(({ run }) => run),
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

/**
 * Refuses a task when its run has ended. After an abort, the interpreter would still start a queued item of a Map, or a
 * retry; Step Functions would not.
 */
function handlersFor(
  run: LocalRun,
  resources: Map<string, string>,
  tasks: Record<string, LocalTask>,
  underWay: Set<Promise<unknown>>,
): TaskHandlers {
  const perform = async (resource: string, input: unknown) => {
    if (run.status !== 'RUNNING') throw new Error('The run has ended');
    return (await tasks[resource]?.(input)) ?? null;
  };
  const handlers: Record<string, LocalTask> = {};
  for (const [state, resource] of resources) {
    handlers[state] = (input) => {
      const performed = perform(resource, input).finally(() => underWay.delete(performed));
      underWay.add(performed);
      return performed;
    };
  }
  // Tasks return JSON, but the interpreter does not export its type for it.
  return handlers as TaskHandlers;
}

/** Only the first end counts: what the interpreter reports after a stop changes nothing. */
function end(run: LocalRun, result: Partial<LocalRun>): void {
  if (run.status === 'RUNNING') Object.assign(run, { endedAt: new Date() }, result);
}

function failureOf(error: Error): Partial<LocalRun> {
  if (error.name === 'ExecutionTimeoutError') return { status: 'TIMED_OUT', error: 'States.Timeout' };
  const cause = error.cause instanceof Error ? error.cause : error;
  return { status: 'FAILED', error: cause.name, cause: cause.message };
}
