import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { expect, it } from 'vitest';
import { type ProcessingFunctions, processingChain } from '../../../../lib/constructs/platform/processing-chain.ts';
import { createLocalRuns } from '../../../../local/step-functions/step-functions-runs.ts';
import {
  PROCESSING_FUNCTIONS,
  type ProcessingFunction,
  processingDefinition,
} from '../../../../platform/processing/definition.ts';
import { processingTasks } from '../../../../platform/processing/tasks.ts';
import { definitionIn } from '../../../support/definition-in.ts';
import { appForTests } from '../../../support/synthesised.ts';

const VIDEO = '0198c1d2-0000-7000-8000-00000000000d';
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const ARNS = Object.fromEntries(PROCESSING_FUNCTIONS.map((name) => [name, arnOf(name)])) as Record<
  ProcessingFunction,
  string
>;

/** The machine that AWS gets. */
function fencedDefinition(): object {
  const stack = new Stack(appForTests(), 'Stack');
  const functions = Object.fromEntries(
    PROCESSING_FUNCTIONS.map((name) => [name, LambdaFunction.fromFunctionArn(stack, name, ARNS[name])]),
  ) as ProcessingFunctions;
  const tombstones = Table.fromTableName(stack, 'Tombstones', 'tombstones');
  const definitionBody = DefinitionBody.fromChainable(processingChain(stack, { functions, tombstones }));
  new StateMachine(stack, 'Machine', { definitionBody });
  return definitionIn(Template.fromStack(stack));
}

/** Runs a machine on the sample platform's own tasks; from the n-th look on, the video is being deleted. */
async function run(definition: object, deletedAtLook = Number.POSITIVE_INFINITY) {
  const written: string[] = [];
  let looks = 0;
  const bodies = processingTasks({
    write: async (key) => void written.push(key),
    wait: () => Promise.resolve(),
    segmentMilliseconds: 0,
  });
  const runs = createLocalRuns({
    definition: definition as StateMachineDefinition,
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:processing',
    tasks: {
      ...Object.fromEntries(PROCESSING_FUNCTIONS.map((name) => [ARNS[name], bodies[name]])),
      'arn:aws:states:::dynamodb:getItem': async () => {
        looks += 1;
        return looks >= deletedAtLook ? { Item: { state: { S: 'running' } } } : {};
      },
    },
  });
  const { arn } = runs.start('run', JSON.stringify({ videoId: VIDEO, segments: 8 }));
  await expect.poll(() => runs.find(arn).status).not.toBe('RUNNING');
  await runs.idle();
  return { run: runs.find(arn), written: written.toSorted() };
}

it('does what the machine without the fence does, as long as nobody deletes the video', async () => {
  const fenced = await run(fencedDefinition());
  const unfenced = await run(await processingDefinition(ARNS));
  expect(fenced.run.status).toBe('SUCCEEDED');
  expect(fenced.written).toEqual(unfenced.written);
  expect(JSON.parse(fenced.run.output ?? '')).toEqual(JSON.parse(unfenced.run.output ?? ''));
});

it('writes nothing when the deletion came before the first writing state', async () => {
  const { run: ended, written } = await run(fencedDefinition(), 1);
  expect([ended.status, ended.error, written]).toEqual(['FAILED', 'VideoDeleted', []]);
});

it('ends between two writing states, within the renditions and after them', async () => {
  // Two renditions, three calls each, then the thumbnail and the playlist: eight looks.
  const midway = await run(fencedDefinition(), 4);
  expect(midway.run.error).toBe('VideoDeleted');
  expect(midway.written.filter((key) => key.endsWith('.m3u8'))).toEqual([]);
  const last = await run(fencedDefinition(), 8);
  expect(last.run.error).toBe('VideoDeleted');
  expect(last.written).toContain(`videos/${VIDEO}/thumbnail.jpg`);
  expect(last.written).not.toContain(`videos/${VIDEO}/playlist.m3u8`);
});
