import { spawnSync } from 'node:child_process';
import { type App, CfnResource, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../lib/deployment.ts';
import { ENVIRONMENT_NAMES, environmentNamed } from '../../lib/environment.ts';
import { INVENTED } from '../support/invented-environments.ts';
import { appForTests, deploymentForTests } from '../support/synthesised.ts';

/** As bin/app.ts does it: findings make `synth` throw. */
function checked(name: string): { app: App; deployment: Deployment } {
  const app = appForTests();
  const deployment = deploymentForTests(app, INVENTED[name] ?? environmentNamed(name));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, deployment };
}

describe.each([...ENVIRONMENT_NAMES, ...Object.keys(INVENTED)])('%s', (name) => {
  const { app, deployment } = checked(name);

  it('is synthesised without a warning, and without a finding that nobody has acknowledged', () => {
    expect(() => app.synth()).not.toThrow();
    for (const stack of Object.values(deployment)) {
      expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
      expect(Annotations.fromStack(stack).findError('*', Match.anyValue())).toEqual([]);
    }
  });

  it('says in every acknowledgement which finding it is, and why', () => {
    app.synth();
    const acknowledged = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY))
      .flatMap(({ data }) => (Array.isArray(data) ? data : [data]) as object[]);
    expect(acknowledged.length).toBeGreaterThan(0);
    // Of rules that find several things, a name without `[...]` would acknowledge whatever comes.
    expect(JSON.stringify(acknowledged)).not.toMatch(/AwsSolutions-IAM[45]"/);
  });

  it('has tags on what it makes, and references that do not tie the stacks to each other', () => {
    const [state, service] = [Template.fromStack(deployment.state), Template.fromStack(deployment.service)];
    state.hasResourceProperties('AWS::SQS::Queue', {
      Tags: Match.arrayWith([
        { Key: 'environment', Value: name },
        { Key: 'service', Value: 'video-deletion' },
      ]),
    });
    const text = JSON.stringify(service.toJSON());
    expect(text).toContain('Fn::GetStackOutput');
    expect(text).not.toContain('Fn::ImportValue');
  });
});

describe('the checks', () => {
  it('stop what the rules of AWS Solutions object to', () => {
    const { app, deployment } = checked('prod');
    new Bucket(deployment.state, 'Open');
    expect(() => app.synth()).toThrow(/AwsSolutions-S1'/);
  });

  it('stop what CloudFormation would refuse', () => {
    const { app, deployment } = checked('prod');
    new CfnResource(deployment.state, 'Queue', { type: 'AWS::SQS::Queue', properties: { VisibilityTimeout: 'long' } });
    expect(() => app.synth()).toThrow(/CloudFormation-Validate/);
  });
});

describe('the command', () => {
  const run = (...args: string[]) => spawnSync(process.execPath, ['bin/cdk.ts', ...args], { encoding: 'utf8' });

  it.each([
    [['synth'], 'No environment was named, expected dev, staging, prod: npm run synth -- dev'],
    [['deploy', 'qa'], 'There is no environment "qa", expected dev, staging, prod: npm run synth -- dev'],
    [['destroy', 'dev'], 'There is no command "destroy", expected bootstrap, synth, diff, deploy'],
  ])('%j says in one line what is wrong', (args, line) => {
    const { status, stderr, stdout } = run(...args);
    expect({ status, stderr, stdout }).toEqual({ status: 1, stderr: `${line}\n`, stdout: '' });
  });
});
