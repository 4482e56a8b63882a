import {
  PROCESSING_FUNCTIONS,
  type ProcessingFunction,
  processingDefinition,
} from '../../platform/processing/definition.ts';
import { type ProcessingTools, processingTasks } from '../../platform/processing/tasks.ts';
import { type LocalStepFunctions, startStepFunctions } from './step-functions.ts';

/** The sample platform's processing, which the local Step Functions runs as the state machine `video-processing`. */
export async function startProcessing(tools: ProcessingTools): Promise<LocalStepFunctions> {
  const arns = Object.fromEntries(PROCESSING_FUNCTIONS.map((name) => [name, functionArnOf(name)]));
  const bodies = processingTasks(tools);
  return startStepFunctions({
    definition: await processingDefinition(arns as Record<ProcessingFunction, string>),
    stateMachineName: 'video-processing',
    tasks: Object.fromEntries(PROCESSING_FUNCTIONS.map((name) => [functionArnOf(name), bodies[name]])),
  });
}

function functionArnOf(name: ProcessingFunction): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
}
