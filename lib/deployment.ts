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
  /** Only where the environment brings a platform of its own. */
  platform?: PlatformStack;
  service: ServiceStack;
  observability: ObservabilityStack;
  web: WebStack;
};

/** `pageFolder`: where the built page is, if not where `npm run build:web` builds it. */
export type DeploymentOptions = { pageFolder?: string };

/** Puts the stacks of an environment into `app`, in the order in which they are deployed. */
export function addDeployment(app: App, environment: Environment, { pageFolder }: DeploymentOptions = {}): Deployment {
  const idOf = (stack: string) => `VideoDeletion-${environment.name}-${stack}`;
  // Where to, the credentials say; without any, the templates fit everywhere.
  const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };

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
    configuration: pageConfiguration(environment),
    signInOrigins: signInOrigins(environment),
    ...originsOf(environment, sample),
    ...(environment.page && { domain: environment.page }),
    ...(pageFolder && { folder: pageFolder }),
  });
  const stacks = { state, service, observability, web, ...(sample && { platform: sample }) };
  tag(Object.values(stacks), environment);
  return stacks;
}

/** Where the page finds what is the platform's. */
function originsOf({ platform }: Environment, sample: PlatformStack | undefined) {
  if (platform === 'sample') return { ...(sample && { videoOrigin: sample.videoOrigin }) };
  const { videoOrigin, profileOrigin } = platform;
  return { ...(videoOrigin && { videoOrigin }), ...(profileOrigin && { profileOrigin }) };
}

/** So that bills and inventories can be told apart. */
function tag(stacks: readonly Stack[], { name }: Environment): void {
  for (const stack of stacks) {
    Tags.of(stack).add('service', 'video-deletion');
    Tags.of(stack).add('environment', name);
  }
}
