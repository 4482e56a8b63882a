import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { inject } from 'vitest';
import { addDeployment, type Deployment } from '../../lib/deployment.ts';
import { type Environment, type EnvironmentName, environmentNamed } from '../../lib/environment.ts';

/** `platform` only where the environment brings its own. */
export type Templates = Record<Exclude<keyof Deployment, 'platform'>, Template> & { platform?: Template };

/** An app with the feature flags of the real one. Bundling takes seconds a function and changes no template. */
export function appForTests(): App {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
  const outdir = mkdtempSync(join(inject('runFolder'), 'app-'));
  return new App({ outdir, context: { ...context, 'aws:cdk:bundling-stacks': [] } });
}

/** The stacks of an environment; any folder is page enough. */
export function deploymentForTests(app: App, environment: Environment): Deployment {
  return addDeployment(app, environment, { pageFolder: 'web/public' });
}

const templates = new Map<EnvironmentName, Templates>();

/** The templates of an environment, synthesised once in a process. */
export function templatesOf(name: EnvironmentName): Templates {
  const known = templates.get(name) ?? synthesise(environmentNamed(name));
  templates.set(name, known);
  return known;
}

/** `change` is made to the stacks before they are synthesised. */
export function synthesise(environment: Environment, change?: (deployment: Deployment) => void): Templates {
  const deployment = deploymentForTests(appForTests(), environment);
  change?.(deployment);
  const { state, service, observability, web, platform } = deployment;
  return {
    state: Template.fromStack(state),
    service: Template.fromStack(service),
    observability: Template.fromStack(observability),
    web: Template.fromStack(web),
    ...(platform && { platform: Template.fromStack(platform) }),
  };
}
