import { fileURLToPath } from 'node:url';
import { RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, type CfnFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Settings } from '../../../functions/settings/settings.ts';
import type { FunctionNetwork } from './function-network.ts';
import { FunctionRole } from './function-role.ts';
import { FUNCTION_SIZES, type FunctionName, type FunctionSize } from './function-sizes.ts';

export type SettingName = keyof Settings;

export type DeletionFunctionProps = {
  /** The file of the entry point in `functions/`, without its extension. */
  entry: FunctionName;
  /** Absent: the function runs outside of the VPC. */
  network?: FunctionNetwork;
};

const ROOT = new URL('../../../', import.meta.url);
const pathOf = (file: string) => fileURLToPath(new URL(file, ROOT));

const BUNDLING: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  minify: true,
  sourceMap: true,
  sourcesContent: false,
  logLevel: LogLevel.WARNING,
  // The bundled SDK is pinned with the code, and loads faster than the one of the runtime.
  bundleAwsSDK: true,
  externalModules: [
    // The SDK loads these only without credentials in the environment, and in Lambda they are always there.
    ...['http', 'ini', 'sso', 'process', 'web-identity', 'login'].map((kind) => `@aws-sdk/credential-provider-${kind}`),
    '@smithy/credential-provider-imds',
    // `pg` reads a file of passwords only where it was given none. A function has a token.
    'pgpass',
    // `pg` loads its binding to libpq only when it is asked for, which needs a package that is not installed.
    './node_modules/pg/lib/native/index.js',
  ],
  // The SDK's ES modules are a third smaller than what `main` names.
  mainFields: ['module', 'main'],
  // `pg` calls `require`, which an ES module does not have.
  banner: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
};

/** One of our functions. Each grant adds the permission and the setting that belongs to it. */
export class DeletionFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, { entry, network }: DeletionFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { memoryMegabytes, timeout, isWaitedFor, nodeOptions = [] }: FunctionSize = FUNCTION_SIZES[entry];
    super(scope, id, {
      description: `Video deletion: ${entry}`,
      entry: pathOf(`functions/${entry}.ts`),
      projectRoot: pathOf('.'),
      depsLockFilePath: pathOf('package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMegabytes,
      timeout,
      bundling: BUNDLING,
      awsSdkConnectionReuse: false,
      environment: {
        ...network?.addresses,
        ...(!isWaitedFor && { NODE_OPTIONS: ['--enable-source-maps', ...nodeOptions].join(' ') }),
      },
      logGroup,
      role: new FunctionRole(scope, `${id}Role`, { logGroup, isInVpc: network !== undefined }),
      ...network?.placement,
    });
    // Tracing through the construct's own property would add a permission to the grants that the role already has.
    (this.node.defaultChild as CfnFunction).tracingConfig = { mode: 'Active' };
  }

  /** Adds settings to the function's environment, by their names in `functions/settings/settings.ts`. */
  set(settings: Partial<Record<SettingName, string>>): this {
    for (const [name, value] of Object.entries(settings)) this.addEnvironment(name, value);
    return this;
  }
}
