import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  type IChainable,
  JsonPath,
  Map as MapState,
  Pass,
  Result,
  Succeed,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke, type LambdaInvokeProps } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { DeletionFence } from './deletion-fence.ts';

/** The functions of the sample platform's processing, by the names of the states that call them. */
export type ProcessingFunctions = Record<'Probe' | 'Transcode' | 'Thumbnail' | 'Publish', IFunction>;

type Parts = { functions: ProcessingFunctions; tombstones: ITable };

/**
 * `platform/processing/processing.asl.json` with a fence before each of the three states that write. It shows how a
 * platform adds `DeletionFence` to its own state machine. A test runs both and compares what they write.
 */
export function processingChain(scope: Construct, { functions, tombstones }: Parts): IChainable {
  const fence = (before: string) => new DeletionFence(scope, `Fence before ${before}`, { tombstones });
  return task(scope, functions, 'Probe', { taskTimeout: seconds(60), resultPath: '$.probe' })
    .next(
      new Pass(scope, 'ChooseRenditions', { result: Result.fromArray(['720p', '480p']), resultPath: '$.renditions' }),
    )
    .next(transcodeRenditions(scope, { functions, tombstones }))
    .next(fence('Thumbnail'))
    .next(task(scope, functions, 'Thumbnail', { taskTimeout: seconds(60), resultPath: JsonPath.DISCARD }))
    .next(fence('Publish'))
    .next(task(scope, functions, 'Publish', { taskTimeout: seconds(60) }));
}

/** Each call writes a few segments and returns where to continue. The fence is checked before every call. */
function transcodeRenditions(scope: Construct, { functions, tombstones }: Parts): MapState {
  const fence = new DeletionFence(scope, 'Fence before Transcode', { tombstones });
  const rendition = fence
    .next(task(scope, functions, 'Transcode', { taskTimeout: seconds(300) }))
    .next(
      new Choice(scope, 'AllSegmentsWritten')
        .when(Condition.numberGreaterThanJsonPath('$.nextSegment', '$.segments'), new Succeed(scope, 'RenditionReady'))
        .otherwise(fence),
    );
  return new MapState(scope, 'TranscodeRenditions', {
    itemsPath: '$.renditions',
    maxConcurrency: 2,
    itemSelector: {
      videoId: JsonPath.stringAt('$.videoId'),
      rendition: JsonPath.stringAt('$$.Map.Item.Value'),
      segments: JsonPath.numberAt('$.probe.segments'),
      nextSegment: 1,
    },
    resultPath: JsonPath.DISCARD,
  }).itemProcessor(rendition);
}

type TaskOptions = Pick<LambdaInvokeProps, 'taskTimeout' | 'resultPath'>;

function task(scope: Construct, functions: ProcessingFunctions, name: keyof ProcessingFunctions, options: TaskOptions) {
  return new LambdaInvoke(scope, `${name} state`, {
    stateName: name,
    lambdaFunction: functions[name],
    payloadResponseOnly: true,
    ...options,
  });
}

const seconds = (count: number) => Timeout.duration(Duration.seconds(count));
