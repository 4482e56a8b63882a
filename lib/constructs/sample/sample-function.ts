import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, type FunctionOptions, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type ICommandHooks, LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { SettingName } from '../functions/deletion-function.ts';
import { FunctionRole } from '../functions/function-role.ts';
import type { Grantee } from '../functions/grantee.ts';

export type SampleFunctionProps = {
  /** A file in `platform/`, without its extension. */
  entry: string;
  /** The name of its exported handler. Default `handler`. */
  handler?: string;
  timeout: Duration;
  environment?: Record<string, string>;
  /** Absent: the function runs outside of the VPC. */
  placement?: Pick<FunctionOptions, 'vpc' | 'vpcSubnets' | 'securityGroups'>;
  /** Files that are copied into its bundle. */
  commandHooks?: ICommandHooks;
};

const ROOT = new URL('../../../', import.meta.url);
const pathOf = (file: string) => fileURLToPath(new URL(file, ROOT));

/** A function of the sample platform. Without grants it may only write its log. */
export class SampleFunction extends NodejsFunction implements Grantee {
  constructor(scope: Construct, id: string, props: SampleFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    super(scope, id, {
      entry: pathOf(`platform/${props.entry}.ts`),
      projectRoot: pathOf('.'),
      depsLockFilePath: pathOf('package-lock.json'),
      handler: props.handler ?? 'handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // A quarter of a vCPU is enough: it mostly waits for S3 or the database.
      memorySize: 512,
      timeout: props.timeout,
      environment: props.environment ?? {},
      awsSdkConnectionReuse: false,
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        logLevel: LogLevel.WARNING,
        minify: true,
        bundleAwsSDK: true,
        mainFields: ['module', 'main'],
        // `pg` calls `require`, which an ES module does not have.
        banner: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
        ...(props.commandHooks && { commandHooks: props.commandHooks }),
      },
      logGroup,
      role: new FunctionRole(scope, `${id}Role`, { logGroup, isInVpc: props.placement !== undefined }),
      ...props.placement,
    });
  }

  set(settings: Partial<Record<SettingName, string>>): this {
    for (const [name, value] of Object.entries(settings)) this.addEnvironment(name, value);
    return this;
  }
}
