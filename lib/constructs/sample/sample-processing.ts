import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ICommandHooks } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledgeResource, logicalIdOf } from '../functions/acknowledge-resource.ts';
import { type ProcessingFunctions, processingChain } from '../platform/processing-chain.ts';
import { SampleFunction } from './sample-function.ts';

export type SampleProcessingProps = { bucket: IBucket; tombstones: ITable };

/** The sample platform's processing: its state machine with the fence wired in, and the functions that it calls. */
export class SampleProcessing extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { bucket, tombstones }: SampleProcessingProps) {
    super(scope, id);
    const functions = this.createFunctions(bucket);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      definitionBody: DefinitionBody.fromChainable(processingChain(this, { functions, tombstones })),
      comment: 'Turns an upload into HLS renditions, unless the video is being deleted',
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Log', {
          retention: RetentionDays.ONE_WEEK,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
      },
    });
    acknowledgeMachineRole(this.stateMachine, functions);
  }

  /** The functions that write may write below `videos/`, but neither read nor delete. */
  private createFunctions(bucket: IBucket): ProcessingFunctions {
    const environment = { VIDEO_BUCKET: bucket.bucketName };
    const create = (name: string) =>
      new SampleFunction(this, name, {
        entry: 'processing/functions',
        handler: `processing/index.${name}`,
        timeout: Duration.minutes(1),
        environment,
        commandHooks: withMedia,
      });
    const createWriter = (name: string) => {
      const writer = create(name);
      allowToWrite(writer, bucket);
      return writer;
    };
    return {
      Probe: create('Probe'),
      Transcode: createWriter('Transcode'),
      Thumbnail: createWriter('Thumbnail'),
      Publish: createWriter('Publish'),
    };
  }
}

function allowToWrite(writer: SampleFunction, bucket: IBucket): void {
  const objects = bucket.arnForObjects('videos/*');
  writer.addToRolePolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources: [objects] }));
  acknowledgeResource(
    writer.role,
    `<${logicalIdOf(bucket)}.Arn>/videos/*`,
    'The keys of a video begin with this prefix',
  );
}

function acknowledgeMachineRole({ role }: StateMachine, functions: ProcessingFunctions): void {
  acknowledgeResource(role, '*', 'X-Ray has no resources to name, nor has the delivery of logs');
  for (const called of Object.values(functions)) {
    acknowledgeResource(role, `<${logicalIdOf(called)}.Arn>:*`, 'Any version of the one function that the state calls');
  }
}

/** The tasks read the sample clip from a folder next to their own, so the bundle contains both folders side by side. */
const withMedia: ICommandHooks = {
  beforeBundling: () => [],
  beforeInstall: () => [],
  afterBundling: (root, output) => [
    `mkdir -p ${output}/processing ${output}/media`,
    `mv ${output}/index.mjs ${output}/processing/`,
    `cp -r ${root}/platform/media/stream ${root}/platform/media/thumbnails ${output}/media/`,
  ],
};
