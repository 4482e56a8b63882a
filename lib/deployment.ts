import { type App, type Stack, Tags } from 'aws-cdk-lib';
import type { Environment } from './environment.ts';
import { pageConfiguration, signInOrigins } from './page-configuration.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';
import { PlatformStack } from './stacks/platform-stack.ts';
import { ServiceStack } from './stacks/service-stack.ts';
import { StateStack } from './stacks/state-stack.ts';
import { WebStack } from './stacks/web-stack.ts';

/** The stacks of one environment. */
export type Deployment = {
  state: StateStack;
  /** Only in an environment with the sample platform. */
  platform?: PlatformStack;
  service: ServiceStack;
  observability: ObservabilityStack;
  web: WebStack;
};

/** `pageFolder`: the folder of the built page, if it is not the one that `npm run build:web` writes. */
export type DeploymentOptions = { pageFolder?: string };

/** Adds the stacks of an environment to `app`, in the order of their deployment. */
export function addDeployment(app: App, environment: Environment, { pageFolder }: DeploymentOptions = {}): Deployment {
  const idOf = (stack: string) => `VideoDeletion-${environment.name}-${stack}`;
  // Account and region come from the credentials. Without credentials the templates work in any account and region,
  // and the CDK's own idea of a region must not get into them.
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  const env = account ? { account, region } : {};

  const state = new StateStack(app, idOf('State'), { environment, env });
  const sample =
    environment.platform === 'sample'
      ? new PlatformStack(app, idOf('Platform'), { tombstones: state.table, env })
      : undefined;
  const service = new ServiceStack(app, idOf('Service'), {
    environment,
    state,
    env,
    ...(sample && { platform: sample.platform }),
  });
  const observability = new ObservabilityStack(app, idOf('Observability'), { environment, state, service, env });
  const web = new WebStack(app, idOf('Web'), {
    env,
    apiHost: service.api.host,
    configuration: pageConfiguration(environment, sample?.issuer),
    signInOrigins: signInOrigins(environment, sample?.issuer),
    ...originsOf(environment, sample),
    ...(environment.page && { domain: environment.page }),
    ...(environment.bootstrapKeyArn && { bootstrapKeyArn: environment.bootstrapKeyArn }),
    ...(pageFolder && { folder: pageFolder }),
  });
  const stacks = { state, service, observability, web, ...(sample && { platform: sample }) };
  tag(Object.values(stacks), environment);
  return stacks;
}

/** The origins of the platform that the page needs. */
function originsOf({ platform }: Environment, sample: PlatformStack | undefined) {
  if (platform === 'sample')
    return { ...(sample && { videoOrigin: sample.videoOrigin, profile: { host: sample.profileHost } }) };
  const { videoOrigin, profileOrigin } = platform;
  return { ...(videoOrigin && { videoOrigin }), ...(profileOrigin && { profile: profileOf(profileOrigin) }) };
}

function profileOf(origin: string) {
  const { hostname: host, port } = new URL(origin);
  return { host, ...(port && { httpsPort: Number(port) }) };
}

/** Tags, so that bills and inventories can be filtered by environment. */
function tag(stacks: readonly Stack[], { name }: Environment): void {
  for (const stack of stacks) {
    Tags.of(stack).add('service', 'video-deletion');
    Tags.of(stack).add('environment', name);
  }
}
