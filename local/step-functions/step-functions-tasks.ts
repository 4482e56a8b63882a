import type { RunOptions, StateMachineDefinition } from 'aws-local-stepfunctions';

/** A function in place of a Lambda function: takes the state's input and returns the result, both JSON. */
export type LocalTask = (input: unknown) => Promise<unknown>;

export type TaskHandlers = NonNullable<NonNullable<RunOptions['overrides']>['taskResourceLocalHandlers']>;
type States = StateMachineDefinition['States'];

/**
 * The ARN that each Task state calls, by the state's name, including nested machines. Step Functions requires that
 * names are unique in the whole definition.
 * @throws when an ARN has no local task, because the interpreter would then call AWS
 */
export function taskResourcesOf(states: States, tasks: Record<string, LocalTask>): Map<string, string> {
  const resources = new Map<string, string>();
  for (const [name, state] of Object.entries(states)) {
    if (state.Type === 'Task') {
      if (!tasks[state.Resource]) throw new Error(`No local task stands for ${state.Resource} of the state ${name}`);
      resources.set(name, state.Resource);
    }
    for (const nested of nestedIn(state)) {
      for (const [nestedName, resource] of taskResourcesOf(nested, tasks)) resources.set(nestedName, resource);
    }
  }
  return resources;
}

function nestedIn(state: States[string]): States[] {
  if (state.Type === 'Parallel') return state.Branches.map((branch) => branch.States);
  if (state.Type !== 'Map') return [];
  const processor = state.ItemProcessor ?? state.Iterator;
  return processor ? [processor.States] : [];
}
